/** Whether less motion is asked for. */
import { type Signal, signal } from "@preact/signals-core";

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
