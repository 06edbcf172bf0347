import { el } from "../dom.js";
import { isNoted, note } from "../host/notes.ts";

/** @import { View } from "../store/types.ts" */

const STOPS = [
  [".sqv-photo", "The photo", "The dashed frame is the part that the network gets. The blue boxes are what one cell of the chosen layer sees of it."],
  [".sqv-network", "The network", "From left to right, as the photo runs through. Bars are channels; each fire module squeezes and expands. Click one, or press [ and ]."],
  [".sqv-maps", "Feature maps", "What every channel of the chosen layer makes of the photo. Point at a cell: what it sees is drawn on the photo."],
  [".sqv-channel", "One channel", "The chosen map large, where it answers most, what it is made of and where it goes. Press k to see the kernels it has learned."],
  [".sqv-prediction", "The answer", "The five most probable classes; search for any other. Numbers that are underlined open: click one, then its terms, down to a pixel."],
  [".sqv-variants", "Preprocessed differently", "The same photo, preprocessed in another way, may get another answer. Side by side shows where the ways part."],
  [".sqv-foot", "Keys", "Everything can be done with the keyboard: ? shows how. h holds what is chosen, to compare it with the next photo."],
];
const SEEN = "tour";

/**
 * A walk round the page in a minute. It is offered once, to who has not been here, and can be had again from the keys.
 * @param {HTMLElement} root
 * @param {import("../store/flat.ts").Store} store
 * @returns {View & {start: () => void}} The element is the offer.
 */
export function tour(root, store) {
  const title = el("h2", {});
  const words = el("p", {});
  const count = el("span", { class: "sqv-quiet" });
  const next = el("button", { class: "sqv-button sqv-primary", type: "button", onclick: () => go(at + 1) });
  const back = el("button", { class: "sqv-button", type: "button", text: "Back", onclick: () => go(at - 1) });
  const skip = el("button", { class: "sqv-button", type: "button", text: "Skip the rest", onclick: () => end() });
  const card = el("div", { class: "sqv-tour", role: "dialog", "aria-label": "Tour", hidden: true }, title, words, el("div", { class: "sqv-tour-steps" }, count, back, skip, next));
  let at = -1;
  /** @type {Element | null} */
  let target = null;
  /** @type {HTMLElement | null} */
  let before = null;

  /** The stops that are on this page. */
  const stops = () => STOPS.filter(([selector]) => root.querySelector(selector ?? "")?.checkVisibility());

  const place = () => {
    if (!target) return;
    const [area, box] = [root.getBoundingClientRect(), target.getBoundingClientRect()];
    const wide = Math.min(300, area.width - 16);
    // Beside it where there is room, else over its lower end.
    const isRight = area.right - box.right > wide + 16;
    const left = isRight ? box.right + 10 : box.left - area.left > wide + 16 ? box.left - wide - 10 : Math.min(box.left + 12, area.right - wide - 8);
    const isBeside = isRight || box.left - area.left > wide + 16;
    const room = Math.max(0, box.height - card.offsetHeight - 12);
    const top = isBeside ? box.top : box.height > 260 ? box.top + Math.min(room, 200) : box.top > card.offsetHeight + 60 ? box.top - card.offsetHeight - 10 : box.bottom + 10;
    card.style.width = `${wide}px`;
    card.style.left = `${Math.max(8, left - area.left)}px`;
    card.style.top = `${Math.max(0, top - area.top)}px`;
  };

  /** @param {number} index */
  const go = (index) => {
    target?.classList.remove("sqv-toured");
    const stop = stops()[index];
    if (!stop) return end();
    const [selector = "", name = "", text = ""] = stop;
    at = index;
    target = root.querySelector(selector);
    target?.classList.add("sqv-toured");
    title.textContent = name;
    words.textContent = text;
    const all = stops().length;
    count.textContent = `${at + 1} of ${all}`;
    back.hidden = at === 0;
    skip.hidden = at === all - 1;
    next.textContent = at === all - 1 ? "Done" : "Next";
    card.setAttribute("aria-label", `Tour, ${at + 1} of ${all}: ${name}`);
    card.hidden = false;
    target?.scrollIntoView({ block: "nearest", behavior: "auto" });
    place();
    card.scrollIntoView({ block: "nearest", behavior: "auto" });
    next.focus({ preventScroll: true });
  };

  const end = () => {
    target?.classList.remove("sqv-toured");
    target = null;
    card.hidden = true;
    note(SEEN);
    draw();
    before?.focus({ preventScroll: true });
  };

  const start = () => {
    before = document.activeElement instanceof HTMLElement && root.contains(document.activeElement) ? document.activeElement : root;
    offer.hidden = true;
    go(0);
  };

  card.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") end();
    else if (event.key === "ArrowRight") go(at + 1);
    else if (event.key === "ArrowLeft" && at > 0) go(at - 1);
  });

  const offer = el(
    "div",
    { class: "sqv-tour-offer", role: "region", "aria-label": "Tour", hidden: true },
    el("span", {}, el("b", { text: "New here?" }), " A minute's walk round the page."),
    el("button", { class: "sqv-button", type: "button", text: "Take the tour", onclick: start }),
    el("button", { class: "sqv-button", type: "button", text: "No, thanks", onclick: () => end() }),
  );
  const draw = () => {
    offer.hidden = isNoted(SEEN) || !store.photo() || !card.hidden;
  };
  draw();
  root.append(card);
  const observer = new ResizeObserver(place);
  observer.observe(root);
  const off = store.on(["photo", "photos"], draw);
  return {
    element: offer,
    start,
    close: () => {
      off();
      observer.disconnect();
      target?.classList.remove("sqv-toured");
      card.remove();
    },
  };
}
