import { oneMap } from "../../atlas.js";
import { el, percent, sharp, token } from "../../dom.js";
import { indexOf, pixels } from "../../palette.js";
import { precise, scaleOf, wordsOf } from "./words.js";

/** @import { Calculation, Term, View } from "../../types.js" */

const [THUMB_PX, BAR_PX] = [26, 150];

/**
 * @typedef {object} Line One part of the sum.
 * @property {string} name
 * @property {string} place
 * @property {string} factors
 * @property {string} text What it adds.
 * @property {number} from Where its bar begins and ends, in the number's own units.
 * @property {number} to
 * @property {string} kind
 * @property {Term | null} term
 */

/**
 * The terms of a calculation as rows, each with its bar, which begins where the one before ended.
 * @param {import("../../store.js").Store} store
 * @returns {View & {show: (made: Calculation) => void}}
 */
export function termRows(store) {
  const heading = el("div", { class: "sqv-term sqv-quiet" });
  const list = el("ol", { class: "sqv-terms" });
  const element = el("div", {}, heading, list);

  /** @param {Calculation} made @returns {Line[]} */
  const linesOf = (made) => {
    const scale = scaleOf(made);
    const write = (/** @type {number} */ value) => precise(value, scale);
    /** @param {Term} term */
    const called = (term) => wordsOf(store, term);
    if (made.kind === "softmax") return shares(made, called);
    let running = 0;
    /** @param {number} amount */
    const run = (amount) => {
      const from = running;
      running += amount;
      return { from, to: running };
    };
    const isPick = made.kind === "max";
    const isFunction = made.kind === "function" || made.kind === "product";
    if (isFunction) {
      const read = made.terms.map((term) => ({ ...called(term), factors: "", text: write(term.value), from: 0, to: term.value, kind: /** @type {const} */ ("term"), term }));
      const off = Math.abs(made.residual);
      return [
        ...read,
        { name: made.formula || "product", place: "", factors: "", text: write(made.total), from: 0, to: made.total, kind: "total", term: null },
        { name: "rounding", place: "", factors: "", text: off ? made.residual.toExponential(1).replace("-", "−") : "0", from: 0, to: 0, kind: "residual", term: null },
      ];
    }
    /** @type {Line[]} */
    const lines = [];
    if (made.bias) lines.push({ name: made.kind === "scaling" ? "offset" : "bias", place: "", factors: "", text: write(made.bias), ...run(made.bias), kind: "bias", term: null });
    for (const term of made.terms) {
      const bar = isPick ? { from: 0, to: term.value } : run(term.product);
      const factors = isPick || made.kind === "copy" ? "" : made.kind === "mean" ? `${write(term.value)} / ${made.count}` : `${precise(term.weight, Math.max(Math.abs(term.weight), 1e-9) * 10)} × ${precise(term.value, Math.max(Math.abs(term.value), 1e-9) * 10)}`;
      const isChosen = isPick && term.weight === 1;
      lines.push({ ...called(term), factors, text: isPick ? write(term.value) : write(term.product), ...bar, kind: isPick ? (isChosen ? "chosen" : "left") : "term", term });
    }
    const rest = made.count - made.terms.length;
    if (isPick) return lines;
    if (rest > 0) lines.push({ name: `${rest} more`, place: "", factors: "", text: write(made.remainder), ...run(made.remainder), kind: "rest", term: null });
    if (made.kind !== "copy") lines.push({ name: made.has_relu ? "sum, before ReLU" : "sum", place: "", factors: "", text: write(made.total), from: 0, to: made.total, kind: "total", term: null });
    if (made.has_relu) lines.push({ name: made.total > 0 ? "ReLU lets it through" : "ReLU makes it 0", place: "", factors: "", text: write(made.value), from: 0, to: made.value, kind: "result", term: null });
    const residual = Math.abs(made.residual);
    if (made.kind !== "copy") lines.push({ name: made.kind === "blend" ? "rounding to a whole pixel value" : "rounding", place: "", factors: "", text: residual ? made.residual.toExponential(1).replace("-", "−") : "0", from: 0, to: 0, kind: "residual", term: null });
    return lines;
  };

  /** The largest shares of a softmax; the number itself among them. @param {Calculation} made @param {(term: Term) => {name: string, place: string}} called @returns {Line[]} */
  const shares = (made, called) => {
    const photo = store.photo();
    const logits = photo?.logits ?? new Float32Array();
    const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
    const power = (/** @type {number} */ logit) => Math.exp(logit - largest);
    const sum = logits.reduce((total, logit) => total + power(logit), 0);
    const own = made.terms.find(({ channel }) => channel === made.channel) ?? { ...made.terms[0], layer: made.terms[0]?.layer ?? "", channel: made.channel, cell: /** @type {[number, number]} */ ([0, 0]), weight: 1, value: logits[made.channel] ?? 0, product: 0 };
    const listed = [own, ...made.terms.filter(({ channel }) => channel !== made.channel)].slice(0, made.terms.length);
    const said = listed.reduce((total, { value }) => total + power(value) / sum, 0);
    return [
      ...listed.map((term) => ({ ...called(term), name: "", factors: `e^${term.value.toFixed(2)}`, text: percent(power(term.value) / sum), from: 0, to: power(term.value) / sum, kind: term === own ? "chosen" : "left", term })),
      { name: `${made.count - listed.length} more`, place: "", factors: "", text: percent(Math.max(0, 1 - said)), from: 0, to: Math.max(0, 1 - said), kind: "rest", term: null },
      { name: "sum of all", place: "", factors: `e^${(largest + Math.log(sum)).toFixed(2)}`, text: "100 %", from: 0, to: 1, kind: "total", term: null },
    ];
  };

  /** A small picture of where a term stands: its channel's map, or the photo round its pixel. @param {HTMLCanvasElement} canvas @param {Term} term */
  const paint = (canvas, term) => {
    const photo = store.photo();
    const known = store.network()?.layers.find(({ name }) => name === term.layer);
    const drawn = sharp(canvas, THUMB_PX, THUMB_PX);
    drawn.imageSmoothingEnabled = false;
    if (term.layer === "photo" || !photo) {
      const level = (/** @type {number} */ colour) => (colour === term.channel || store.network()?.input[0] === 1 ? term.value : 0);
      drawn.fillStyle = `rgb(${level(0)} ${level(1)} ${level(2)})`;
      drawn.fillRect(0, 0, THUMB_PX, THUMB_PX);
      return;
    }
    let [size, x, y] = [1, 0, 0];
    if (!known) {
      const reach = 9; // pixels round it
      size = reach;
      [x, y] = [4, 4];
      drawn.drawImage(photo.seen, term.cell[1] - 4, term.cell[0] - 4, reach, reach, 0, 0, THUMB_PX, THUMB_PX);
    } else {
      // A logit is one number: its picture is the map that it is the mean of.
      const isLogit = known.name === store.network()?.logits;
      const tensor = store.tensor(isLogit ? (store.cams()?.name ?? term.layer) : term.layer);
      if (!tensor) return;
      const [, height, width] = tensor.shape;
      const start = term.channel * height * width;
      const top = tensor.max[term.channel] ?? 0;
      const table = pixels(store.get("palette"));
      drawn.drawImage(oneMap(width, height, (at) => table[indexOf(tensor.values[start + at] ?? 0, top)] ?? 0), 0, 0, THUMB_PX, THUMB_PX);
      [size, x, y] = [isLogit ? 1 : width, term.cell[1], term.cell[0]];
    }
    const cell = THUMB_PX / size;
    const side = Math.max(cell, 3);
    drawn.strokeStyle = token(canvas, "--accent");
    drawn.lineWidth = 1.5;
    if (size > 1) drawn.strokeRect((x + 0.5) * cell - side / 2 - 0.5, (y + 0.5) * cell - side / 2 - 0.5, side + 1, side + 1);
  };

  return {
    element,
    show: (made) => {
      const lines = linesOf(made);
      const ends = lines.flatMap(({ from, to }) => [from, to]);
      const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
      const place = (/** @type {number} */ value) => (high > low ? ((value - low) / (high - low)) * BAR_PX : 0);
      const from = made.terms[0] ? wordsOf(store, made.terms[0]) : null;
      const isNumbered = from?.place.startsWith("channel ");
      heading.replaceChildren(
        el("span"),
        el("span", { class: "sqv-cut-off sqv-across", text: !from ? "" : isNumbered ? `${from.name}: channel at cell${made.kind === "sum" ? ", weight × value" : ""}` : `${from.name}${from.name === "logit" ? "s" : ""}` }),
        el("span", { class: "sqv-num", text: made.kind === "softmax" ? "share" : made.kind === "max" ? "value" : "adds" }),
        el("span"),
      );
      const focused = element.contains(document.activeElement) ? [...element.querySelectorAll("button")].indexOf(/** @type {HTMLButtonElement} */ (document.activeElement)) : -1;
      list.replaceChildren(
        ...lines.map(({ name, place: at, factors, text, from, to, kind, term }) => {
          const bar = el("i", { class: to < from ? "sqv-bar-down" : "sqv-bar-up" });
          bar.style.left = `${place(Math.min(from, to))}px`;
          bar.style.width = `${Math.max(1, Math.abs(place(to) - place(from)))}px`;
          const zero = el("i", { class: "sqv-bar-zero" });
          zero.style.left = `${place(0)}px`;
          const canvas = term ? /** @type {HTMLCanvasElement} */ (el("canvas", { "aria-hidden": "true" })) : null;
          if (canvas && term) paint(canvas, term);
          // A layer's own name is the same in every row, and stands in the heading; places differ.
          const cells = [
            canvas ?? el("span"),
            el("span", { class: term ? "sqv-cut-off" : "sqv-cut-off sqv-across", text: at ? at.replace("channel ", "") : name, title: at && name ? `${name}, ${at}` : name }),
            term ? el("span", { class: "sqv-num sqv-factors", text: factors }) : null,
            el("span", { class: "sqv-num sqv-adds", text, "data-adds": term ? term.product : undefined }),
            el("span", { class: "sqv-bars-place", "aria-hidden": "true" }, kind === "residual" ? false : zero, kind === "residual" ? false : bar),
          ];
          const isLeaf = !term || term.layer === "photo";
          const row = isLeaf
            ? el("div", { class: "sqv-term" }, ...cells)
            : el("button", { class: "sqv-term", type: "button", "aria-label": `${name} ${at}: ${factors ? `${factors} = ` : ""}${text}. Open it`, onclick: () => store.open(term, true) }, ...cells);
          return el("li", { class: `sqv-term-${kind}` }, row);
        }),
      );
      if (focused >= 0) /** @type {HTMLElement | undefined} */ (element.querySelectorAll("button")[Math.min(focused, 0)])?.focus();
    },
  };
}
