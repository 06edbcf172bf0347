import type { Drawing } from "../../store/drawing.ts";
import type { Store } from "../../store/store.ts";

/** What is painted on, where it stands on the stage; null where the stage shows something else. */
export function openOn(store: Store): Drawing | null {
  const edit = store.later()?.moving.edit;
  const isOn = edit?.status() === "on" && store.traits.get("view") === "original";
  return isOn && edit.isOf(store.traits.get("photo")) ? edit.drawing() : null;
}
