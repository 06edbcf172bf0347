import { useLayoutEffect, useRef } from "preact/hooks";
import type { Trial } from "../../store/what_if.ts";
import { grouped } from "../../ui/format.ts";

interface Props {
  state: Trial["state"] | "idle";
  done: number;
  /** 0 until it is known. */
  total: number;
  /** Why it failed. */
  problem?: string | undefined;
  /** What the button says. */
  invitation: string;
  /** What is counted, such as "patches hidden". */
  unit: string;
  start: () => void;
  stop: () => void;
}

/** Begins what takes its time, shows how far it is, and ends it. */
export function Running({ state, done, total, problem, invitation, unit, start, stop }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const hasFocus = useRef(false);
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
        onClick={() => (isRunning ? stop() : start())}
      >
        {offers[state as keyof typeof offers] ?? invitation}
      </button>
      <progress
        class="sqv-run-bar"
        aria-label={unit}
        hidden={!isRunning}
        max={total || undefined}
        value={total ? done : undefined}
      />
      <span class="sqv-quiet" role="status">
        {said({ state, done, total }, unit)}
      </span>
      {state === "failed" && (
        <p class="sqv-card-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

const written = (count: number) => grouped(count);

/** How far it is. */
export function said(run: Pick<Props, "state" | "done" | "total"> | null, unit: string): string {
  if (!run || run.state === "idle" || run.state === "failed") return "";
  const { state, done, total } = run;
  if (state === "whole") return `${written(total)} ${unit}`;
  if (state === "stopped") return total ? `stopped after ${written(done)} of ${written(total)}` : "stopped";
  return total ? `${written(done)} of ${written(total)}` : "on its way";
}
