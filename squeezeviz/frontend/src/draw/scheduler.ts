/**
 * One frame of the page: whatever is due is drawn in it, in the order in which it was made, so that what draws on what
 * another makes comes after it.
 */
import { effect } from "@preact/signals-core";

const MOST_PASSES = 3;
const FULL_MS = 6; // of drawing: what is minor waits, or the frame would be late

/** Minor is what may come a frame later than the rest of the page: it waits once where a frame is full. */
export interface Manner {
  isMinor?: boolean;
}

export interface Task {
  /** Run in the next frame; once, however often this is called until then. */
  request(): void;
  cancel(): void;
}

interface Due {
  order: number;
  run: () => void;
  isMinor: boolean;
  hasWaited: boolean;
}

const due = new Set<Due>();
let count = 0;
let isAsked = false;
let isAhead = false;

export function createTask(run: () => void, { isMinor = false }: Manner = {}): Task {
  count += 1;
  const task: Due = { order: count, run, isMinor, hasWaited: false };
  return {
    request: () => {
      due.add(task);
      ask();
    },
    cancel: () => void due.delete(task),
  };
}

/** Draw in the next frame, and in another one whenever a signal has changed that was read. @returns What ends that. */
export function drawn(draw: () => void, manner: Manner = {}): Task {
  let forget = () => {};
  const task = createTask(() => {
    forget();
    let isDrawn = false;
    forget = effect(() => {
      if (isDrawn) return task.request();
      isDrawn = true;
      draw();
    });
  }, manner);
  task.request();
  return {
    request: task.request,
    cancel: () => {
      task.cancel();
      forget();
    },
  };
}

/**
 * Draw what is due now, once what is being done has been done, rather than in the next frame: that shows it already. Once a
 * frame, whoever asks: more could not be seen.
 */
export function drawAhead(): void {
  if (isAhead) return;
  isAhead = true;
  requestAnimationFrame(() => {
    isAhead = false;
  });
  queueMicrotask(draw);
}

/** Run once, when what is due now has been drawn. */
export function whenDrawn(run: () => void): void {
  requestAnimationFrame(run);
}

function ask(): void {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(frame);
}

function frame(): void {
  draw();
  isAsked = false;
  if (due.size) ask();
}

function draw(): void {
  const start = performance.now();
  const isFull = () => performance.now() - start > FULL_MS;
  // What is asked for while others draw belongs to the same frame, but nobody goes on for ever.
  for (let pass = 0; due.size && pass < MOST_PASSES; pass += 1) {
    for (const task of [...due].sort(inTurn)) {
      if (task.isMinor && !task.hasWaited && isFull()) continue;
      due.delete(task);
      attempt(task);
    }
    if ([...due].every(({ isMinor }) => isMinor)) break;
  }
  for (const task of due) task.hasWaited = true;
}

/** As they were made; what is minor after all others. */
const inTurn = (a: Due, b: Due) => Number(a.isMinor) - Number(b.isMinor) || a.order - b.order;

function attempt(task: Due): void {
  task.hasWaited = false;
  try {
    task.run();
  } catch (error) {
    reportError(error); // the others are drawn all the same
  }
}

/** Run in each frame until it says that there is no more to come. @returns What ends that sooner. */
export function everyFrame(step: (nowMs: number) => boolean): () => void {
  let asked = requestAnimationFrame(function next(nowMs) {
    if (step(nowMs)) asked = requestAnimationFrame(next);
  });
  return () => cancelAnimationFrame(asked);
}
