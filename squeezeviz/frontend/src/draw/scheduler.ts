/**
 * One frame of the page: whatever is due is drawn in it, in the order in which it was made, so that what draws on what
 * another makes comes after it.
 */
import { effect } from "@preact/signals-core";

const MOST_PASSES = 3;

export interface Task {
  /** Run in the next frame; once, however often this is called until then. */
  request(): void;
  cancel(): void;
}

interface Due {
  order: number;
  run: () => void;
}

const due = new Set<Due>();
let count = 0;
let isAsked = false;

export function createTask(run: () => void): Task {
  count += 1;
  const task = { order: count, run };
  return {
    request: () => {
      due.add(task);
      ask();
    },
    cancel: () => void due.delete(task),
  };
}

/** Draw in the next frame, and in another one whenever a signal has changed that was read. @returns What ends that. */
export function drawn(draw: () => void): Task {
  let forget = () => {};
  const task = createTask(() => {
    forget();
    let isDrawn = false;
    forget = effect(() => {
      if (isDrawn) return task.request();
      isDrawn = true;
      draw();
    });
  });
  task.request();
  return {
    request: task.request,
    cancel: () => {
      task.cancel();
      forget();
    },
  };
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
  // What is asked for while others draw belongs to the same frame, but nobody goes on for ever.
  for (let pass = 0; due.size && pass < MOST_PASSES; pass += 1) {
    const tasks = [...due].sort((a, b) => a.order - b.order);
    due.clear();
    for (const task of tasks) attempt(task);
  }
  isAsked = false;
  if (due.size) ask();
}

function attempt({ run }: Due): void {
  try {
    run();
  } catch (error) {
    reportError(error); // the others are drawn all the same
  }
}
