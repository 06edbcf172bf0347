import { calmly } from "../calm.js";
import { amount, el } from "../dom.js";
import { branchOf, fieldsOf } from "../store/layers.ts";
import { number } from "./number.js";

/** @import { View } from "../store/types.ts" */

/**
 * What is pointed at, in words: for eyes at the foot of the page, and for assistive technology.
 * @param {import("../store/flat.ts").Store} store
 * @returns {View}
 */
export function readOut(store) {
  const words = el("span", { class: "sqv-read-out", role: "status", "aria-live": "polite" });
  const keys = el(
    "span",
    { class: "sqv-keys", "aria-hidden": "true" },
    ...[
      ["←", "→", "channel"],
      ["[", "]", "layer"],
      ["/", "class"],
      ["?", "all keys"],
    ].map((parts) => el("span", {}, ...parts.slice(0, -1).map((key) => el("kbd", { text: key })), ` ${parts.at(-1)}`)),
  );

  const draw = () => {
    const [tensor, network, layer] = [store.shown(), store.network(), store.layer()];
    if (!tensor || !network || !layer || tensor.layer !== layer.name) return;
    const { channel, cell } = store.looked();
    const [, height, width] = tensor.shape;
    words.setAttribute("aria-live", store.photo()?.isMoving ? "off" : "polite");
    const value = tensor.values[(channel * height + cell[0]) * width + cell[1]] ?? 0;
    const [tall, wide] = fieldsOf(branchOf(network, layer, channel)).most;
    words.replaceChildren(
      el("b", { text: layer.name }),
      ...[
        ["channel", `${channel}`],
        ["cell", `${cell[0]}, ${cell[1]}`],
        ["sees", tall ? `${tall} × ${wide} px` : "not known"],
      ].flatMap(([name, text]) => [` ${name} `, el("b", { "data-fact": name, text })]),
      " value ",
      number(store, amount(value), { layer: layer.name, channel, cell }, { "data-fact": "value" }),
    );
  };
  draw();
  const calm = calmly(store, draw);
  const offs = [calm.close, store.on(["selection", "hover", "network"], draw), store.on(["tensor", "photo"], calm.draw)];
  return {
    element: el("footer", { class: "sqv-foot" }, words, keys),
    close: () => offs.forEach((off) => off()),
  };
}
