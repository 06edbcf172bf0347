import { calmly } from "../calm.js";
import { el, icon, percent } from "../dom.js";
import { pictureBox } from "../picture.js";

/** @import { View } from "../store/types.ts" */

/**
 * The photos so far, to step through; those at work, and those that failed, with the reason where it happened.
 * @param {import("../store/flat.ts").Store} store
 * @returns {View}
 */
export function strip(store) {
  const list = el("div", { class: "sqv-strip", role: "listbox", "aria-label": "Photos", "aria-orientation": "horizontal" });
  const failures = el("div", { class: "sqv-failures", role: "alert" });
  /**
   * @typedef {{element: HTMLElement, drawn: unknown, thumb: ReturnType<typeof pictureBox>, name: HTMLElement, p: HTMLElement}} Tile
   * @type {Map<string, Tile>}
   */
  const tiles = new Map();

  list.addEventListener("keydown", (event) => {
    const entries = store.entries();
    const chosen = store.get("photo");
    const at = entries.findIndex(({ id }) => id === chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      const entry = entries[Math.min(Math.max(to, 0), entries.length - 1)];
      if (!entry?.photo) return;
      store.set({ photo: entry.id });
      tiles.get(entry.id)?.element.focus();
    } else if ((event.key === "Delete" || event.key === "Backspace") && store.can("forget")) {
      event.preventDefault();
      if (chosen) store.forget(chosen);
    }
  });

  /** @param {import("../store/flat.ts").Entry} entry @param {Tile} tile */
  const fill = ({ name, photo }, { element, thumb, name: called, p: share }) => {
    element.classList.toggle("sqv-working", !photo);
    if (!photo) {
      element.setAttribute("aria-busy", "true");
      element.replaceChildren(
        el("span", { class: "sqv-thumb" }),
        el("span", { class: "sqv-tile-name", text: name }),
        el("span", { text: store.isSilent() ? "waiting" : "working…" }),
      );
      return;
    }
    const best = photo.ranking[0] ?? 0;
    const { label } = store.label(best);
    const p = percent(photo.probabilities[best] ?? 0);
    element.removeAttribute("aria-busy");
    element.setAttribute("aria-label", `${photo.name}: ${label}, ${p}`);
    // In place: the camera's tile is filled anew with every frame.
    thumb.show(photo.original);
    [called.textContent, called.title, share.textContent] = [label, photo.name, p];
    if (called.parentElement !== element) element.replaceChildren(thumb.element(), called, share);
    element.classList.toggle("sqv-live", Boolean(photo.isLive));
    element.classList.toggle("sqv-edited", Boolean(photo.isEdit));
  };

  const draw = () => {
    const entries = store.entries();
    const chosen = store.get("photo");
    const stop = entries.find(({ id, photo }) => photo && id === chosen) ?? entries.find(({ photo }) => photo);
    for (const [id, { element }] of tiles) {
      if (entries.some((entry) => entry.id === id)) continue;
      element.remove();
      tiles.delete(id);
    }
    for (const entry of entries) {
      let tile = tiles.get(entry.id);
      if (!tile) {
        const element = el("div", { class: "sqv-tile", role: "option", "data-id": entry.id, onclick: () => store.set({ photo: entry.id }) });
        tile = { element, drawn: undefined, thumb: pictureBox({ class: "sqv-thumb" }), name: el("span", { class: "sqv-tile-name" }), p: el("span", { class: "sqv-quiet" }) };
        tiles.set(entry.id, tile);
        list.append(element);
      }
      const due = entry.photo ?? store.isSilent();
      if (tile.drawn !== due) fill(entry, tile);
      tile.drawn = due;
      const isChosen = entry.id === chosen;
      if (isChosen && tile.element.getAttribute("aria-selected") !== "true") bring(tile.element);
      tile.element.setAttribute("aria-selected", String(isChosen));
      tile.element.tabIndex = entry === stop ? 0 : -1;
    }
  };

  /** Bring a tile into sight without moving the page. @param {HTMLElement} element */
  const bring = (element) => {
    const [left, right] = [element.offsetLeft - list.offsetLeft, element.offsetLeft - list.offsetLeft + element.offsetWidth];
    if (left < list.scrollLeft) list.scrollLeft = left;
    else if (right > list.scrollLeft + list.clientWidth) list.scrollLeft = right - list.clientWidth;
  };

  const tell = () =>
    failures.replaceChildren(
      ...store.failures().map(({ id, message }) =>
        el(
          "div",
          { class: "sqv-failure" },
          icon("warn"),
          el("span", { text: message }),
          el("button", { class: "sqv-close", type: "button", "aria-label": "Dismiss", onclick: () => store.dismiss(id) }, icon("close")),
        ),
      ),
    );
  draw();
  tell();
  const calm = calmly(store, draw);
  const offs = [calm.close, store.on(["photos", "photo", "silent", "network"], calm.draw), store.on(["failures"], tell)];
  return { element: el("div", { class: "sqv-photos" }, failures, list), close: () => offs.forEach((off) => off()) };
}
