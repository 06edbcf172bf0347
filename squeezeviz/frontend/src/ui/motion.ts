/** Motion, and whether less of it is asked for. */
import { type Signal, signal } from "@preact/signals-core";
import { whenDrawn } from "../draw/scheduler.ts";

let asked: Signal<boolean> | undefined;

/** Whoever reads it follows it. */
export function isStill(): boolean {
  if (!asked) {
    const query = matchMedia("(prefers-reduced-motion: reduce)");
    const found = signal(query.matches);
    query.addEventListener("change", () => {
      found.value = query.matches;
    });
    asked = found;
  }
  return asked.value;
}

/** Bring what will have been drawn by then into sight. A page that has this one in a frame stays where it is. */
export function bringIntoSight(elementOf: () => Element | null, block: ScrollLogicalPosition): void {
  const behavior = isStill() ? "auto" : "smooth";
  whenDrawn(() =>
    whenDrawn(() => {
      const element = elementOf();
      const container = element?.closest("#sqv-page") ? "nearest" : "all";
      element?.scrollIntoView({ behavior, block, container } as ScrollIntoViewOptions);
    }),
  );
}
