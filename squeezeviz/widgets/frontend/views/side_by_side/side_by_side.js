import { el } from "../../dom.js";
import { cards } from "./cards.js";
import { mapDifference } from "./difference.js";
import { driftChart } from "./drift.js";
import { kernelSheets } from "./kernels.js";
import { tuner } from "./tuner.js";

/** @import { View } from "../../types.js" */

/**
 * The same photo in several preparations: what the network gets, what it says, and how the layers in between move.
 * @param {import("../../store.js").Store} store
 * @returns {View}
 */
export function sideBySide(store) {
  const views = { cards: cards(store), drift: driftChart(store), difference: mapDifference(store), tuner: tuner(store), kernels: kernelSheets(store) };
  const isEmpty = () => (element.hidden = !store.photo());
  const element = el(
    "section",
    { class: "sqv-side-by-side", "aria-label": "Preparations side by side" },
    el(
      "header",
      { class: "sqv-maps-title" },
      el("h2", { class: "sqv-section-name", text: "The same photo, prepared differently" }),
      el("span", { class: "sqv-quiet", text: "what the network gets, what it says, and where the layers part" }),
      views.cards.more,
    ),
    views.cards.element,
    el("div", { class: "sqv-halves" }, views.drift.element, views.difference.element),
    el("div", { class: "sqv-halves" }, views.tuner.element, views.kernels.element),
  );
  isEmpty();
  const off = store.on(["photo", "photos"], isEmpty);
  return {
    element,
    close: () => {
      off();
      Object.values(views).forEach((view) => view.close?.());
    },
  };
}
