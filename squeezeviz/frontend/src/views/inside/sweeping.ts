/** A sweep's state: where the window is, and whether it moves. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { everyFrame } from "../../draw/scheduler.ts";
import type { Calculation } from "../../store/types.ts";
import { isStill } from "../../ui/motion.ts";
import { type Swept, stepCount, stepOf, sweptTo } from "./window.ts";

export interface Sweeping {
  /** Cells of the output, counted row by row. */
  at: () => number;
  isPlaying: () => boolean;
  /** Stop there. */
  go: (at: number) => void;
  /** Move on, or pause. Who asked for less motion gets it a row at a time. */
  toggle: () => void;
}

/** It begins at the number's own cell; another number is another sweep. */
export function useSweep(made: Calculation, swept: Swept): Sweeping {
  const number = [made.layer, made.channel, ...made.cell].join(" ");
  const state = useSignal({ number: "", at: 0, isPlaying: false });
  const ends = useRef(() => {});
  const now = () =>
    state.value.number === number ? state.value : { number, at: stepOf(swept, made.cell), isPlaying: false };
  const stay = (at: number) => {
    ends.current();
    state.value = { number, at, isPlaying: false };
  };
  useEffect(() => () => ends.current(), [number]);
  const count = stepCount(swept);
  const play = (from: number) => {
    const began = performance.now();
    state.value = { number, at: from, isPlaying: true };
    ends.current = everyFrame((nowMs) => {
      const at = sweptTo(from, Math.max(0, nowMs - began), count);
      const isPlaying = at < count - 1 && !isStill();
      if (at !== state.peek().at || !isPlaying) state.value = { number, at, isPlaying };
      return isPlaying;
    });
  };
  return {
    at: () => now().at,
    isPlaying: () => now().isPlaying,
    go: stay,
    toggle: () => {
      const { at, isPlaying } = now();
      const from = at >= count - 1 ? 0 : at;
      if (isPlaying) stay(at);
      else if (isStill()) stay(Math.min(count - 1, from + swept.output[1]));
      else play(from);
    },
  };
}
