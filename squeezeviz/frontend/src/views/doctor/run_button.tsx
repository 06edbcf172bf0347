import type { Folder } from "../../store/doctor.ts";
import { useCalm } from "../../ui/hooks.ts";
import { useLater } from "../../ui/store.ts";
import { said } from "../why/running.tsx";

/** Begins it, shows how far it is, and ends it. @param where A folder; null for the photos of the page. */
export function RunButton({ where }: { where: Folder | null }) {
  const { doctor } = useLater();
  const last = doctor.last();
  const isRunning = last?.state === "running";
  const [labelled, photos] = useCalm(() => [doctor.labelled().length, doctor.photos().length] as const);
  const isReady = where ? Boolean(where.folder.trim()) : photos > 0;
  return (
    <div class="sqv-run" data-state={last?.state ?? "idle"}>
      <button
        class={isRunning ? "sqv-button" : "sqv-button sqv-primary"}
        type="button"
        title={isRunning ? "Esc" : undefined}
        disabled={!isRunning && !isReady}
        onClick={() => (isRunning ? doctor.stop() : doctor.start(where ?? undefined))}
      >
        {isRunning ? "Stop" : invitation(where, labelled, photos)}
      </button>
      <progress
        class="sqv-run-bar"
        aria-label="photos read and runs of the network"
        hidden={!isRunning}
        max={last?.total || undefined}
        value={last?.total ? last.done : undefined}
      />
      <span class="sqv-quiet" role="status">
        {last?.found ? `${last.found.tried} tried in ${seconds(last.found.seconds)}` : said(last, "runs")}
        {last?.found && <span class="sqv-visually-hidden">{last.found.verdict}</span>}
      </span>
      {!where && !labelled && photos > 0 && (
        <p class="sqv-quiet">
          No photo is labelled: then only the steadiness of answers can be compared, which is weaker evidence.
        </p>
      )}
      {last?.state === "failed" && (
        <p class="sqv-card-problem" role="alert">
          {last.problem}
        </p>
      )}
    </div>
  );
}

function invitation(where: Folder | null, labelled: number, photos: number): string {
  if (where) return "Try on the folder";
  const count = labelled || photos;
  const kind = labelled ? "labelled photo" : "photo";
  return `Try on ${count} ${kind}${count === 1 ? "" : "s"}${labelled ? "" : " without labels"}`;
}

const seconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} s`;
