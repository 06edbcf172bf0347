import { el } from "../dom.js";
import { undoKey } from "./edit/keys.ts";
import { branches } from "../store/layers.ts";

/** @import { View } from "../store/types.ts" */

const KEYS = [
  ["← → ↑ ↓", "the channel beside; in the large map: the cell"],
  ["Shift + arrows", "ten channels on; in the large map: five cells"],
  ["[ ]", "the layer before or behind; in the network: arrows"],
  ["/", "find a class"],
  ["Space", "pin the chosen class, or let it go"],
  ["o", "the photo as it is, or as the network sees it"],
  ["m", "the chosen class's own map over the photo"],
  ["x", "ablate the chosen channel, or restore it; Shift + x its whole branch; Shift + click any"],
  ["e", "the evidence for the chosen class"],
  ["h", "hold what is chosen, to compare it with what comes next; or let it go"],
  ["k", "the layer's maps, or its kernels"],
  ["z", "the chosen map large, over all of them"],
  ["=", "the arithmetic of the chosen cell; in it, Backspace steps back"],
  ["Ctrl + Z", "while a photo is edited: a stroke back; with Shift: again. [ ] size the brush; arrows move a rectangle"],
  ["?", "these keys"],
  ["Esc", "a step back"],
];

/**
 * The keyboard of the explorer, and its page of keys.
 * @param {HTMLElement} root
 * @param {import("../store/flat.ts").Store} store
 * @param {{move: (dx: number, dy: number) => void, step: (by: number) => void, search: () => void, clear: () => boolean, reveal: () => void, tour: () => void}} on
 * @returns {View}
 */
export function keyboard(root, store, on) {
  const close = el("button", { class: "sqv-button", type: "button", text: "Close" });
  const walk = el("button", { class: "sqv-button", type: "button", text: "Take the tour" });
  const sheet = /** @type {HTMLDialogElement} */ (
    el(
      "dialog",
      { class: "sqv-help", "aria-label": "Keys" },
      el("h2", { text: "Keys" }),
      el("dl", {}, ...KEYS.flatMap(([key, what]) => [el("dt", {}, el("kbd", { text: key })), el("dd", { text: what })])),
      el("div", { class: "sqv-tour-steps" }, walk, close),
    )
  );
  walk.addEventListener("click", () => {
    sheet.close();
    on.tour();
  });
  close.addEventListener("click", () => sheet.close());

  /** A step back: what was chosen last goes first. */
  const back = () => {
    if (sheet.open) sheet.close();
    else if (store.isEnlarged()) store.enlarge(false);
    else if (store.whatIf().stop()) return;
    else if (on.clear()) return;
    else if (store.opened().length) store.back(store.opened().length - 1);
    else if (store.hover()) store.point(null);
    else if (store.get("class_index") !== null) store.chooseClass(null);
    else if (store.get("cell") !== null) store.set({ cell: null });
    else if (store.get("channel") !== null) store.set({ channel: null });
    else root.focus({ preventScroll: true });
  };

  /** @type {Record<string, (event: KeyboardEvent) => void>} */
  const actions = {
    ArrowLeft: ({ shiftKey }) => on.move(shiftKey ? -10 : -1, 0),
    ArrowRight: ({ shiftKey }) => on.move(shiftKey ? 10 : 1, 0),
    ArrowUp: ({ shiftKey }) => on.move(0, shiftKey ? -4 : -1),
    ArrowDown: ({ shiftKey }) => on.move(0, shiftKey ? 4 : 1),
    "[": () => on.step(-1),
    "]": () => on.step(1),
    "/": () => on.search(),
    " ": () => store.togglePin(store.classIndex()),
    o: () => store.set({ view: store.get("view") === "seen" ? "original" : "seen" }),
    m: () => store.set({ cam: !store.get("cam") }),
    x: () => {
      const layer = store.layer();
      if (layer && store.can("ablation")) store.toggleAblated(layer.name, [store.channel()]);
    },
    X: () => {
      const [network, layer] = [store.network(), store.layer()];
      const part = network && layer && branches(network, layer).find(({ from, to }) => store.channel() >= from && store.channel() < to);
      if (layer && part && store.can("ablation")) store.toggleAblated(layer.name, Array.from({ length: part.to - part.from }, (_, index) => part.from + index));
    },
    e: () => store.set({ explaining: !store.get("explaining") }),
    h: () => (store.held() ? store.letGo() : store.hold()),
    k: () => store.set({ kernels: !store.get("kernels") }),
    z: () => store.enlarge(!store.isEnlarged()),
    "=": () => {
      const layer = store.layer();
      if (layer) store.open({ layer: layer.name, ...store.looked() });
      on.reveal();
    },
    "?": () => sheet.showModal(),
    Escape: back,
  };

  /** @param {KeyboardEvent} event */
  const press = (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (!target.closest("input:not([type=range]), textarea") && undoKey(store, event)) return event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea")) return;
    // A button's own keys come first; so do the arrows of lists.
    if ((event.key === " " || event.key === "Enter") && target.closest("button, summary, [role=option]")) {
      if (!(event.key === " " && target.closest(".sqv-cover"))) return;
    }
    const action = actions[event.key];
    if (!action || !store.photo()) return;
    event.preventDefault();
    event.stopPropagation();
    action(event);
  };
  root.addEventListener("keydown", press);
  return {
    element: sheet,
    close: () => {
      root.removeEventListener("keydown", press);
      if (sheet.open) sheet.close();
    },
  };
}
