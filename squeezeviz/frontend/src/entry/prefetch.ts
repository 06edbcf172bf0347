/** The page's second part comes once the first has been painted and the browser is idle: when it is wanted it is there. */
import { effect, untracked } from "@preact/signals-core";
import { whenDrawn } from "../draw/scheduler.ts";
import type { Store } from "../store/store.ts";
import type { Cleanup } from "../store/types.ts";

const LATEST_MS = 1000; // of a page that is never idle, as while the camera is on

/** @returns What ends that. */
export function prefetch(store: Store): Cleanup {
  let isAsked = false;
  return effect(() => {
    if (isAsked || !isAnswered(store)) return;
    isAsked = true;
    untracked(() => whenDrawn(() => whenDrawn(() => whenIdle(() => store.secondPart.fetch()))));
  });
}

/** Whether what the page opens with has been answered; maps have been asked for by then, and come first. */
const isAnswered = (store: Store) => Boolean(store.networks.network()?.name) && !store.isWorking();

/** Not every browser says when it is idle. */
function whenIdle(run: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: LATEST_MS });
  else setTimeout(run, LATEST_MS);
}
