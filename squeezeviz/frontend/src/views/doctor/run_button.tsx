import { useLayoutEffect, useRef } from "preact/hooks";
import type { Folder } from "../../store/doctor.ts";
import { useStore } from "../../ui/store.ts";
import { said } from "../why/run_line.tsx";

/** Begins it, shows how far it is, and ends it. @param where A folder; null for the photos of the page. */
export function RunButton({ where }: { where: Folder | null }) {
  const { doctor } = useStore();
  const status = useRef<HTMLDivElement>(null);
  const last = doctor.last();
  const isRunning = last?.state === "running";
  const [labelled, photos] = [doctor.labelled().length, doctor.photos().length];
  const isReady = where ? Boolean(where.folder.trim()) : photos > 0;
  useLayoutEffect(() => {
    if (last?.state === "whole") status.current?.focus({ preventScroll: true });
  }, [last?.state]);
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
      <span ref={status} class="sqv-quiet" role="status" tabIndex={-1}>
        {last?.found ? `${last.found.tried} tried in ${seconds(last.found.seconds)}` : said(last, "runs")}
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
