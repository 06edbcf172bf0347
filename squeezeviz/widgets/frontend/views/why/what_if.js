import { el } from "../../dom.js";
import { sweepBars } from "./sweep_bars.js";
import { occlusionMap } from "./occlusion_map.js";
import { pairMatrix } from "./pair_matrix.js";

/** @import { View } from "../../types.js" */

/**
 * What would change the network's mind: found by trying, while the page goes on.
 * @param {import("../../store.js").Store} store
 * @returns {View & {draw: () => void}}
 */
export function whatIf(store) {
  const parts = [occlusionMap(store), sweepBars(store), pairMatrix(store)];
  const note = el("span", { class: "sqv-quiet" });
  const element = el(
    "div",
    { class: "sqv-what-if" },
    el("header", { class: "sqv-what-if-head" }, el("h2", { class: "sqv-section-name", text: "What would change its mind?" }), note),
    el("div", { class: "sqv-why-body" }, ...parts.map((part) => part.element)),
  );
  const isShown = () => {
    const photo = store.photo();
    return Boolean(photo && !photo.isLive && store.get("explaining") && store.can("what-if"));
  };
  const draw = () => {
    element.hidden = !isShown();
    if (element.hidden) return void store.whatIf().stop();
    note.textContent = Object.keys(store.ablated()).length ? "found by trying, with nothing ablated" : "found by trying: each is a run of the network";
    for (const part of parts) part.draw();
  };
  const off = store.on(["what-if", "why", "photo", "photos", "class", "network", "look", "ablated", "silent"], draw);
  const offChosen = store.on(["tensor", "selection"], () => element.hidden || parts[1]?.draw());
  draw();
  return {
    element,
    draw,
    close: () => {
      off();
      offChosen();
      store.whatIf().stop();
      for (const part of parts) part.close?.();
    },
  };
}
