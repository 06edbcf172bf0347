import { el } from "../../dom.js";
import { mounted } from "../../ui/mounted.tsx";
import { DriftChart } from "../drift_chart/drift_chart.tsx";
import { MapDifference } from "../map_difference/map_difference.tsx";
import { cards } from "./cards.js";
import { kernelSheets } from "./kernels.js";
import { tuner } from "./tuner.js";

/** @import { View } from "../../store/types.ts" */

/**
 * The same photo in several preprocessings: what the network gets, what it says, and how the layers in between move.
 * @param {import("../../store/flat.ts").Store} store
 * @returns {View}
 */
export function sideBySide(store) {
  const drifts = () => ({
    lines: store.others().flatMap((name) => {
      const { before } = store.comparedWith(name);
      return before ? [{ name, firstDivergentLayer: before.first_divergent_layer, drift: before.drift }] : [];
    }),
    chosen: store.against(),
    choose: (/** @type {string} */ against) => store.set({ against }),
  });
  const sides = () => {
    const [layer, against, photo] = [store.layer(), store.against(), store.photo()];
    if (!layer || !against || !photo) return null;
    const channel = store.channel();
    return {
      title: `${layer.name}, channel ${channel}`,
      first: { name: photo.preset, tensor: store.tensor(), channel },
      second: { name: against, tensor: store.tensorOf(against), channel },
      isRanked: true,
      unlike: "their inputs are of different sizes",
    };
  };
  const views = { cards: cards(store), drift: mounted(store.deep, DriftChart, { drifts, title: "How far each layer moves" }), difference: mounted(store.deep, MapDifference, { sides, label: "Maps compared" }), tuner: tuner(store), kernels: kernelSheets(store) };
  const isEmpty = () => (element.hidden = !store.photo());
  const element = el(
    "section",
    { class: "sqv-beside sqv-side-by-side", "aria-label": "Preprocessings side by side" },
    el(
      "header",
      { class: "sqv-maps-title" },
      el("h2", { class: "sqv-section-name", text: "The same photo, preprocessed differently" }),
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
