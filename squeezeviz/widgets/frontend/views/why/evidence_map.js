import { oneMap } from "../../atlas.js";
import { el, percent, sharp, token } from "../../dom.js";
import { lies } from "../../network.js";
import { differencePixel, indexOf, pixels } from "../../palette.js";
import { signed } from "./words.js";

/** @import { Evidence } from "../../types.js" */

const MOST_PX = 260;
const NAMED = 6; // classes of the label map

/**
 * The evidence cell by cell over what the network gets; or what each cell alone would have answered.
 * @param {import("../../store.js").Store} store
 */
export function evidenceMap(store) {
  const canvas = /** @type {HTMLCanvasElement} */ (
    el("canvas", { class: "sqv-evidence", tabindex: "0", role: "application", "aria-roledescription": "map of evidence", "aria-label": "Evidence" })
  );
  const said = el("div", { class: "sqv-cell-said", role: "status", "aria-live": "polite" });
  const legend = el("p", { class: "sqv-quiet" });
  let mode = "evidence";
  /** @type {Evidence | null} */
  let made = null;
  /** @type {[number, number]} */
  let cell = [0, 0];
  let side = MOST_PX;

  /** @param {Evidence} evidence */
  const values = (evidence) => evidence.contrast?.cells ?? evidence.cells;

  const paint = () => {
    const photo = store.photo();
    if (!made || !photo) return;
    const [height, width] = made.shape;
    side = Math.min(MOST_PX, Math.max(160, (element.clientWidth || MOST_PX) - 150));
    const drawn = sharp(canvas, side, side);
    drawn.filter = "grayscale(1)"; // what has colour is the map
    drawn.drawImage(photo.seen, 0, 0, side, side);
    drawn.filter = "none";
    const layer = store.cams();
    const [, tall, wide] = store.network()?.input ?? [3, 227, 227];
    // A cell stands for the pixels round its centre, a stride wide.
    const where = layer && lies(layer);
    const [top, left] = where ? [0, 1].map((axis) => ((Number(where.offset[axis]) + 0.5 - Number(where.stride[axis]) / 2) / Number([tall, wide][axis])) * side) : [0, 0];
    const [down, right] = where ? [(where.stride[0] / tall) * side, (where.stride[1] / wide) * side] : [side / height, side / width];
    const tiles = /** @type {const} */ ([Number(left), Number(top), Number(right), Number(down)]);
    const shown = values(made);
    const most = shown.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    drawn.imageSmoothingEnabled = false;
    if (mode === "per_location") {
      const perLocation = store.perLocation();
      if (perLocation) drawLabels(drawn, perLocation.labels, tiles);
    } else {
      drawn.globalAlpha = 0.82;
      const table = pixels(store.get("palette"));
      const picture = oneMap(width, height, (at) => (made?.contrast ? differencePixel(most ? (shown[at] ?? 0) / most : 0) : (table[indexOf(shown[at] ?? 0, most)] ?? 0)));
      drawn.drawImage(picture, tiles[0], tiles[1], tiles[2] * width, tiles[3] * height);
      drawn.globalAlpha = 1;
    }
    const box = /** @type {const} */ ([tiles[0] + cell[1] * tiles[2], tiles[1] + cell[0] * tiles[3], tiles[2], tiles[3]]);
    drawn.lineWidth = 3.5;
    drawn.strokeStyle = token(canvas, "--bg");
    drawn.strokeRect(...box);
    drawn.lineWidth = 1.75;
    drawn.strokeStyle = token(canvas, "--accent");
    drawn.strokeRect(...box);
    if (mode === "per_location") keyOfLabels();
    else legend.textContent = made.contrast
          ? `Warm speaks for it, blue for the other; full colour ±${most.toPrecision(3)} logits a cell.`
          : `Full colour is ${most.toPrecision(3)} logits; a cell at 0 adds nothing.`;
    tell();
  };

  /** Which classes lead how many cells, the most frequent first. @param {Uint16Array} labels @returns {[number, number][]} */
  const ranked = (labels) => {
    /** @type {Map<number, number>} */
    const counts = new Map();
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    return [...counts].sort(([a, many], [b, more]) => more - many || a - b);
  };
  /** @param {number} rank */
  const tint = (rank) => (rank < NAMED ? `hsl(${(rank * 137 + 20) % 360} 55% 45% / 62%)` : "rgb(120 126 134 / 62%)");

  const keyOfLabels = () => {
    const perLocation = store.perLocation();
    const order = perLocation ? ranked(perLocation.labels) : [];
    const rest = order.slice(NAMED).reduce((sum, [, count]) => sum + count, 0);
    legend.replaceChildren(
      "Were each cell alone, it would say: ",
      ...order.slice(0, NAMED).map(([label, count], rank) => {
        const letter = el("b", { text: String.fromCharCode(65 + rank) });
        letter.style.background = tint(rank);
        return el("span", { class: "sqv-label-key" }, letter, `${store.label(label).label} ${count}`);
      }),
      rest ? `and ${order.length - NAMED} other classes ${rest}. ` : "",
      `The network asks none of them alone: it takes the mean of ${perLocation?.labels.length ?? 0} cells first.`,
    );
  };

  /** One letter and colour a class, the most frequent first. @param {CanvasRenderingContext2D} drawn @param {Uint16Array} labels @param {readonly [number, number, number, number]} tiles Of the first: left, top, width, height. */
  const drawLabels = (drawn, labels, [left, top, right, down]) => {
    if (!made) return;
    const width = made.shape[1];
    const order = ranked(labels).map(([label]) => label);
    drawn.textAlign = "center";
    drawn.textBaseline = "middle";
    labels.forEach((label, at) => {
      const rank = order.indexOf(label);
      const [x, y] = [left + (at % width) * right, top + Math.floor(at / width) * down];
      drawn.fillStyle = tint(rank);
      drawn.fillRect(x, y, right - 1, down - 1);
      drawn.fillStyle = "#fff";
      if (rank < NAMED) drawn.fillText(String.fromCharCode(65 + rank), x + right / 2, y + down / 2);
    });
  };

  const tell = () => {
    const photo = store.photo();
    if (!made || !photo) return;
    const [, width] = made.shape;
    const at = cell[0] * width + cell[1];
    const source = store.cams();
    const value = values(made)[at] ?? 0;
    const perLocation = store.perLocation();
    const top = perLocation ? [...perLocation.top.subarray(at * 5, at * 5 + 5)].map((index, rank) => ({ index, p: perLocation.probabilities[at * 5 + rank] ?? 0 })) : [];
    said.replaceChildren(
      el(
        "p",
        {},
        el("b", { text: `cell ${cell[0]}, ${cell[1]}` }),
        made.contrast ? ` speaks ${signed(value)} for it. ` : ` adds ${value.toFixed(4)} of ${made.logit.toFixed(3)}. `,
        source && made
          ? el("button", { class: "sqv-number", type: "button", text: "its terms", "aria-label": "Open the cell's terms", onclick: () => made && store.open({ layer: source.name, channel: made.class_index, cell }) })
          : "",
      ),
      el("p", { class: "sqv-quiet", text: "alone it would have answered" }),
      el(
        "ol",
        { class: "sqv-card-top" },
        ...top.map(({ index, p }) => {
          const fill = el("i");
          fill.style.width = `${Math.max(1, p * 100)}%`;
          return el("li", {}, el("span", { class: "sqv-cut-off", text: store.label(index).label }), el("span"), el("span", { class: "sqv-num", text: percent(p) }), fill);
        }),
      ),
    );
    canvas.setAttribute("aria-label", `Cell ${cell[0]}, ${cell[1]}: ${value.toFixed(4)}. Arrow keys move, Enter opens its terms.`);
  };

  /** @param {PointerEvent | MouseEvent} event */
  const at = (event) => {
    if (!made) return;
    const layer = store.cams();
    const input = store.network()?.input ?? [3, 227, 227];
    const box = canvas.getBoundingClientRect();
    const where = layer && lies(layer);
    const place = (/** @type {number} */ v, /** @type {0 | 1} */ axis, /** @type {number} */ size) => Math.min(size - 1, Math.max(0, Math.floor((((v / side) * Number(input[axis + 1]) - 0.5 - (where?.offset[axis] ?? 0)) / (where?.stride[axis] ?? 16)) + 0.5)));
    cell = [place(event.clientY - box.top, 0, made.shape[0]), place(event.clientX - box.left, 1, made.shape[1])];
    paint();
  };
  canvas.addEventListener("pointermove", at);
  canvas.addEventListener("click", (event) => {
    at(event);
    openIt();
  });
  const openIt = () => {
    const source = store.cams();
    if (source && made) store.open({ layer: source.name, channel: made.class_index, cell });
  };
  canvas.addEventListener("keydown", (event) => {
    if (!made) return;
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (event.key === "Enter") openIt();
    else if (step) cell = [Math.min(made.shape[0] - 1, Math.max(0, cell[0] + (step[0] ?? 0))), Math.min(made.shape[1] - 1, Math.max(0, cell[1] + (step[1] ?? 0)))];
    else return;
    event.preventDefault();
    event.stopPropagation();
    paint();
  });

  const element = el("div", { class: "sqv-evidence-map" }, canvas, said, legend);
  const observer = new ResizeObserver(paint);
  observer.observe(element);
  return {
    element,
    /** @param {string} what */
    show: (what) => {
      mode = what;
      paint();
    },
    /** @param {Evidence} evidence */
    draw: (evidence) => {
      if (made !== evidence) {
        const shown = values(evidence);
        const best = shown.reduce((most, value, index) => (Math.abs(value) > Math.abs(shown[most] ?? 0) ? index : most), 0);
        cell = [Math.floor(best / evidence.shape[1]), best % evidence.shape[1]];
      }
      made = evidence;
      paint();
    },
    close: () => observer.disconnect(),
  };
}
