import { oneMap } from "../../atlas.js";
import { el, sharp, token } from "../../dom.js";
import { branches } from "../../network.js";
import { indexOf, pixels } from "../../palette.js";

/** @import { Calculation } from "../../types.js" */

const MAP_PX = 190;

/**
 * What a kind of calculation means, in a sentence or two; of a mean, the map that it is the mean of.
 * @param {import("../../store.js").Store} store
 */
export function whatItIs(store) {
  const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", { role: "img", "aria-label": "Map" }));
  const words = el("p", { class: "sqv-quiet" });

  /** @param {Calculation} made */
  const drawMap = (made) => {
    const source = made.terms[0]?.layer ?? "";
    const tensor = store.tensor(source);
    if (!tensor) return;
    const [, height, width] = tensor.shape;
    const start = made.channel * height * width;
    const top = tensor.max[made.channel] ?? 0;
    const table = pixels(store.get("palette"));
    const drawn = sharp(canvas, MAP_PX, MAP_PX);
    drawn.imageSmoothingEnabled = false;
    drawn.drawImage(oneMap(width, height, (at) => table[indexOf(tensor.values[start + at] ?? 0, top)] ?? 0), 0, 0, MAP_PX, MAP_PX);
    const unit = MAP_PX / width;
    drawn.lineWidth = 1.5;
    drawn.strokeStyle = token(canvas, "--accent");
    for (const { cell } of made.terms) drawn.strokeRect(cell[1] * unit + 0.75, cell[0] * unit + 0.75, unit - 1.5, unit - 1.5);
    canvas.setAttribute("aria-label", `${source}, channel ${made.channel}; its ${made.terms.length} largest cells are marked`);
  };

  /** @param {Calculation} made */
  const says = (made) => {
    const network = store.network();
    const layer = network?.layers.find(({ name }) => name === made.layer);
    if (made.kind === "softmax") return "p = e^z / Σ e^z over all classes. Only differences between logits count: one more makes a class e = 2.718 times as probable against each of the others.";
    if (made.kind === "mean" && made.layer === network?.logits) return "A class's logit is the mean of its own map: no gradient, no approximation. Which part of the photo spoke for it can be read off.";
    if (made.kind === "copy" && network && layer) {
      if (layer.kind !== "concatenation") return "This operator moves numbers, and computes nothing.";
      return `A concatenation computes nothing. ${branches(network, layer).map(({ layer: { name }, from, to }) => `Channels ${from} to ${to - 1} are those of ${name}`).join("; ")}.`;
    }
    if (made.kind === "scaling") return "The preprocessing, per colour: a pixel value from 0 to 255, times a scale, plus an offset (less the mean of that colour). The first convolution reads these numbers.";
    if (made.kind === "blend") return "Resizing reads between the photo's pixels: the four round the place, each by how near it is. Here the network ends and the photo begins.";
    return "";
  };

  const element = el("div", { class: "sqv-what" }, canvas, words);
  return {
    element,
    /** @param {Calculation} made */
    show: (made) => {
      words.textContent = says(made);
      element.hidden = !words.textContent;
      canvas.hidden = made.kind !== "mean";
      if (made.kind === "mean") drawMap(made);
    },
  };
}
