/** The keys of editing. */
import type { Store } from "../../store/store.ts";

/** Undo and redo, as everywhere. @returns Whether it was one of them. */
export function undoKey(store: Store, event: KeyboardEvent): boolean {
  const edit = store.later()?.moving.edit;
  if (edit?.status() !== "on" || !(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) edit.drawing()?.undo();
  else if (key === "y" || (key === "z" && event.shiftKey)) edit.drawing()?.redo();
  else return false;
  return true;
}

const SIZES: Record<string, number> = { "[": -1, "]": 1 };

/**
 * Keys for the whole of the photo's section while it is edited.
 *
 * @param left Called when editing is left for now.
 */
export function editKey(store: Store, event: KeyboardEvent, left: () => void): void {
  const moving = store.later()?.moving;
  if (moving?.edit.status() !== "on") return;
  const { edit, tools } = moving;
  const isUndone = undoKey(store, event);
  const by = event.ctrlKey || event.metaKey || event.altKey ? undefined : SIZES[event.key];
  const isOwn = event.target instanceof Element && event.target.closest("select, dialog") !== null;
  if (by) tools.resize(by);
  else if (event.key === "Escape" && !isOwn) {
    // A step back: from the rectangle, then from the mode. What was painted stays.
    if (edit.drawing()?.floating()) edit.drawing()?.end();
    else {
      left();
      edit.rest();
    }
  } else if (!isUndone) return;
  event.preventDefault();
  event.stopPropagation();
}
