import { amount, el } from "../dom.js";
import { branchOf, branches, consumers } from "../store/layers.ts";
import { smallMap } from "./small_map.js";

/** @import { Layer, View } from "../store/types.ts" */

const SHOWN = 5;
const QUIET_MS = 250;

/**
 * Where a channel comes from and where it goes: the inputs that add most to it in this photo, and the channels of the next
 * convolutions to which it adds most.
 * @param {import("../store/flat.ts").Store} store
 * @returns {View}
 */
export function relations(store) {
  const inputs = el("div", { class: "sqv-crops" });
  const outputs = el("div", { class: "sqv-crops" });
  const [from, to] = [el("span", { class: "sqv-quiet" }), el("span", { class: "sqv-quiet" })];

  /** @param {string} layer @param {number} channel @param {number} adds */
  const tile = (layer, channel, adds) => {
    const sign = adds < 0 ? "−" : "+";
    return el(
      "button",
      { class: "sqv-crop", type: "button", "data-to": `${layer} ${channel}`, "aria-label": `${layer}, channel ${channel}: ${sign}${amount(Math.abs(adds))} on average`, title: `${layer}, channel ${channel}`, onclick: () => store.chooseLayer(layer, channel) },
      smallMap(store, store.tensor(layer), channel),
      el("span", { class: adds < 0 ? "sqv-less" : "sqv-adds-more", text: `${sign}${amount(Math.abs(adds))}` }),
      el("span", { class: "sqv-quiet", text: String(channel) }),
    );
  };

  /** The largest by size, with their places. @param {ArrayLike<number>} values @param {number} count */
  const largest = (values, count) =>
    [...Array(values.length).keys()].sort((a, b) => Math.abs(values[b] ?? 0) - Math.abs(values[a] ?? 0)).slice(0, count).map((at) => ({ at, adds: values[at] ?? 0 }));

  /** A kernel's weights, added up: on a map without edges, what a channel's mean is multiplied by. @param {import("../store/types.ts").Weights} weights @param {number} output @param {number} input */
  const sum = ({ shape, kernels }, output, input) => {
    const taps = shape[2] * shape[3];
    const start = (output * shape[1] + input) * taps;
    let total = 0;
    for (let at = start; at < start + taps; at += 1) total += kernels[at] ?? 0;
    return total;
  };

  const draw = () => {
    const [tensor, network, layer] = [store.shown(), store.network(), store.layer()];
    if (!tensor || !network || !layer || tensor.layer !== layer.name) return;
    const channel = store.channel();
    const own = branchOf(network, layer, channel);
    const local = channel - (branches(network, layer).find(({ layer: { name } }) => name === own.name)?.from ?? 0);
    const source = network.layers.find(({ name }) => name === own.inputs[0]);
    const weights = own.kind === "convolution" ? store.weights(own.name) : null;
    const fed = source ? store.tensor(source.name) : null;
    before.hidden = !source || own.kind !== "convolution";
    if (!weights || !fed) inputs.replaceChildren(); // rather nothing than those of another layer
    if (!before.hidden && weights && fed && source) {
      const adds = Float64Array.from(fed.mean, (mean, input) => mean * sum(weights, local, input));
      from.textContent = source.name;
      inputs.replaceChildren(...largest(adds, SHOWN).map(({ at, adds: each }) => tile(source.name, at, each)));
    }
    const nexts = consumers(network, layer, channel);
    after.hidden = !nexts.length;
    if (after.hidden) return;
    const found = nexts.flatMap(({ layer: next, channel: input }) => {
      const known = store.weights(next.name);
      const mean = store.tensor(next.inputs[0] ?? "")?.mean[input];
      if (!known || mean === undefined) return [];
      const adds = Float64Array.from({ length: known.shape[0] }, (_, output) => mean * sum(known, output, input));
      return largest(adds, SHOWN).map(({ at, adds: each }) => ({ layer: next, at, adds: each }));
    });
    to.textContent = nexts.map(({ layer: { name } }) => name).join(", ");
    outputs.replaceChildren(...found.sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds)).slice(0, SHOWN).map(({ layer: next, at, adds }) => tile(next.name, at, adds)));
  };

  const title = "What it adds on average in this photo: the mean of the map × the kernel's sum; at the edges of 3 × 3 kernels a little less";
  const before = el("div", { class: "sqv-from" }, el("div", { class: "sqv-spread sqv-sub" }, el("b", { text: "Strongest inputs", title }), from), inputs);
  const after = el("div", { class: "sqv-to" }, el("div", { class: "sqv-spread sqv-sub" }, el("b", { text: "Goes on to", title }), to), outputs);
  const element = el("div", { class: "sqv-relations" }, before, after);
  // What is drawn here takes the layers beside the chosen one, and kernels: they come once nobody is waiting for maps.
  let drawn = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const whenQuiet = () => {
    // Neighbouring layers would have to come with every frame of the camera; and it would never be quiet.
    element.hidden = Boolean(store.photo()?.isLive);
    if (element.hidden) {
      clearTimeout(timer);
      element.classList.remove("sqv-late");
      drawn = "";
      return;
    }
    const due = `${store.layer()?.name} ${store.photo()?.id}`;
    if (due === drawn) return draw();
    element.classList.add("sqv-late");
    clearTimeout(timer);
    timer = setTimeout(() => {
      drawn = due;
      element.classList.remove("sqv-late");
      draw();
    }, QUIET_MS);
  };
  const off = store.on(["selection", "tensor", "photo", "look", "network", "inside"], whenQuiet);
  return {
    element,
    close: () => {
      off();
      clearTimeout(timer);
    },
  };
}
