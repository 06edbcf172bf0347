import { useLayoutEffect, useRef } from "preact/hooks";
import type { Kind, Settings, Trial } from "../../store/what_if.ts";
import { grouped } from "../../ui/format.ts";
import { useStore } from "../../ui/store.ts";

interface Props {
  trial: Trial | null;
  kind: Kind;
  settings: Settings;
  /** What the button says. */
  invitation: string;
  /** What is counted, such as "patches hidden". */
  unit: string;
}

/** Begins what takes its time, shows how far it is, and ends it. */
export function RunLine({ trial, kind, settings, invitation, unit }: Props) {
  const { whatIf } = useStore();
  const element = useRef<HTMLDivElement>(null);
  const hasFocus = useRef(false);
  const state = trial?.state ?? "idle";
  const [isRunning, isWhole] = [state === "running", state === "whole"];
  useLayoutEffect(() => {
    if (isWhole && hasFocus.current) element.current?.focus({ preventScroll: true }); // its button is gone
  }, [isWhole]);
  const offers = { running: "Stop", stopped: "Go on from the start", failed: "Try again" };
  return (
    <div class="sqv-run" ref={element} tabIndex={-1} data-state={state}>
      <button
        class="sqv-button"
        type="button"
        title={isRunning ? "Esc" : undefined}
        hidden={isWhole}
        onFocus={() => {
          hasFocus.current = true;
        }}
        onBlur={() => {
          hasFocus.current = false;
        }}
        onClick={() => (isRunning ? whatIf.stop(kind) : whatIf.start(kind, settings))}
      >
        {offers[state as keyof typeof offers] ?? invitation}
      </button>
      <progress
        class="sqv-run-bar"
        aria-label={unit}
        hidden={!isRunning}
        max={trial?.total || undefined}
        value={trial?.total ? trial.done : undefined}
      />
      <span class="sqv-quiet" role="status">
        {said(trial, unit)}
      </span>
      {state === "failed" && (
        <p class="sqv-card-problem" role="alert">
          {trial?.problem}
        </p>
      )}
    </div>
  );
}

const written = (count: number) => grouped(count);

/** How far it is. */
export function said(trial: Pick<Trial, "state" | "done" | "total"> | null, unit: string): string {
  if (!trial || trial.state === "failed") return "";
  const { state, done, total } = trial;
  if (state === "whole") return `${written(total)} ${unit}`;
  if (state === "stopped") return total ? `stopped after ${written(done)} of ${written(total)}` : "stopped";
  return total ? `${written(done)} of ${written(total)}` : "on its way";
}
