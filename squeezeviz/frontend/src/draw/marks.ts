/** Marks over maps: moved by `transform`, so that the browser lays nothing out. */

/** @param at In CSS pixels; null: nowhere. */
export function place(mark: HTMLElement | null, at: { left: number; top: number } | null): void {
  if (!mark) return;
  if (mark.hidden !== !at) mark.hidden = !at;
  if (at) mark.style.transform = `translate(${at.left}px, ${at.top}px)`;
}
