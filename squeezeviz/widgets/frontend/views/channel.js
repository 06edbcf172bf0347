import { oneMap, topOf } from "../atlas.js";
import { calmly } from "../calm.js";
import { amount, el, sharp, token, widthOf } from "../dom.js";
import { write } from "../lettering.js";
import { branchOf, fieldsOf, lies, sizeText } from "../network.js";
import { colour, indexOf, pixels } from "../palette.js";
import { sizeOf } from "../picture.js";
import { acrossPhotos } from "./across/across.js";
import { activatingChannels } from "./across/activating_channels.js";
import { number } from "./number.js";
import { relations } from "./relations.js";

/** @import { Tensor, View } from "../types.js" */

const [AXIS_PX, BINS, CROP_PX, CROPS] = [28, 40, 48, 5];

/**
 * The chosen channel: its map large with axes, its values, and what the photo shows where it answers most.
 * @param {import("../store.js").Store} store
 * @returns {View}
 */
export function channelPanel(store) {
  const title = el("h2");
  const source = el("span", { class: "sqv-quiet" });
  const large = /** @type {HTMLCanvasElement} */ (
    el("canvas", { class: "sqv-large", tabindex: "0", role: "application", "aria-roledescription": "feature map" })
  );
  const facts = el("dl", { class: "sqv-facts" });
  const values = el("span", { class: "sqv-quiet" });
  const histogram = /** @type {HTMLCanvasElement} */ (el("canvas", { role: "img" }));
  const crops = el("div", { class: "sqv-crops" });
  const cropsAbout = el("span", { class: "sqv-quiet" });
  const related = relations(store);
  const others = [acrossPhotos(store), activatingChannels(store)];
  const ablate = el("button", {
    class: "sqv-button sqv-ablate",
    type: "button",
    title: "What would the network say without this channel? (x)",
    onclick: () => {
      const layer = store.layer();
      if (layer) store.toggleAblated(layer.name, [store.channel()]);
    },
  });
  let side = 168;

  /** @param {Tensor} tensor @param {number} channel */
  const mapOf = (tensor, channel) => {
    const cells = tensor.shape[1] * tensor.shape[2];
    return tensor.values.subarray(channel * cells, (channel + 1) * cells);
  };

  const drawLarge = () => {
    const tensor = store.shown();
    if (!tensor) return;
    const [, height, width] = tensor.shape;
    const channel = store.channel();
    const map = mapOf(tensor, channel);
    const top = topOf(tensor, channel, store.scale());
    const table = pixels(store.get("palette"));
    const small = oneMap(width, height, (at) => table[indexOf(map[at] ?? 0, top)] ?? 0);
    const canvas = sharp(large, side + AXIS_PX, side + 18);
    canvas.imageSmoothingEnabled = false;
    canvas.drawImage(small, AXIS_PX, 0, side, side);
    axes(canvas, height, width);
    const { channel: pointed, cell } = store.looked();
    const [y, x] = pointed === channel ? cell : store.cell();
    const [down, across] = [side / height, side / width];
    const box = /** @type {const} */ ([AXIS_PX + x * across - 1, y * down - 1, Math.max(across, 3) + 2, Math.max(down, 3) + 2]);
    canvas.lineWidth = 3.5;
    canvas.strokeStyle = token(large, "--bg");
    canvas.strokeRect(...box);
    canvas.lineWidth = 1.75;
    canvas.strokeStyle = token(large, "--accent");
    canvas.strokeRect(...box);
    large.setAttribute("aria-label", `Map of channel ${channel}; cell ${y}, ${x}: ${amount(map[y * width + x] ?? 0)}. Arrow keys move the cell.`);
  };

  /** @param {CanvasRenderingContext2D} canvas @param {number} height @param {number} width */
  const axes = (canvas, height, width) => {
    canvas.fillStyle = token(large, "--ink-2");
    const ticks = (/** @type {number} */ n) => [...new Set([0, Math.round(n / 2), n - 1])].filter((tick) => tick < n);
    canvas.textBaseline = "middle";
    canvas.textAlign = "right";
    for (const tick of ticks(height)) write(canvas, `${tick}`, AXIS_PX - 6, Math.min(side - 6, Math.max(6, (tick + 0.5) * (side / height))));
    canvas.textAlign = "center";
    for (const tick of ticks(width)) {
      write(canvas, `${tick}`, Math.min(AXIS_PX + side - 10, Math.max(AXIS_PX + 5, AXIS_PX + (tick + 0.5) * (side / width))), side + 11);
    }
  };

  /** @param {Tensor} tensor @param {number} channel */
  const drawHistogram = (tensor, channel) => {
    const width = histogram.parentElement ? widthOf(histogram.parentElement) : 0;
    if (!width) return;
    const map = mapOf(tensor, channel);
    const own = tensor.max[channel] ?? 0;
    const top = topOf(tensor, channel, store.scale());
    const counts = new Array(BINS).fill(0);
    let zeros = 0;
    for (const value of map) {
      if (value <= 0) zeros += 1;
      else counts[Math.min(BINS - 1, Math.floor((value / own) * BINS))] += 1;
    }
    const canvas = sharp(histogram, width, 56);
    const [left, base] = [18, 40];
    const most = Math.max(1, ...counts);
    const wide = (width - left) / BINS;
    // Zeros stand apart, as a bar that is broken off: their number is in words above.
    canvas.fillStyle = token(histogram, "--zero");
    canvas.fillRect(0, 4, 10, base - 4);
    canvas.strokeStyle = token(histogram, "--rule-2");
    canvas.lineWidth = 1;
    canvas.strokeRect(0.5, 4.5, 9.5, base - 4.5);
    canvas.fillStyle = token(histogram, "--bg");
    canvas.beginPath();
    canvas.moveTo(-2, 20);
    canvas.lineTo(13, 14);
    canvas.lineTo(13, 18);
    canvas.lineTo(-2, 24);
    canvas.fill();
    counts.forEach((count, bin) => {
      if (!count) return;
      const tall = Math.max(1.5, (36 * count) / most);
      canvas.fillStyle = colour(store.get("palette"), indexOf(((bin + 0.5) / BINS) * own, top));
      canvas.fillRect(left + bin * wide, base - tall, Math.max(1, wide - 1), tall);
    });
    canvas.fillStyle = token(histogram, "--rule-2");
    canvas.fillRect(left, base, width - left, 1);
    canvas.fillStyle = token(histogram, "--ink-2");
    canvas.textBaseline = "top";
    canvas.textAlign = "left";
    write(canvas, "0", 2, base + 4);
    if (own > 0) {
      canvas.textAlign = "center";
      write(canvas, amount(own / 2), (left + width) / 2, base + 4);
      canvas.textAlign = "right";
      write(canvas, amount(own), width, base + 4);
    }
    values.textContent = `${zeros} ${zeros === 1 ? "cell" : "cells"} at 0, ${map.length - zeros} above`;
    histogram.setAttribute("aria-label", `Histogram: ${values.textContent}, up to ${amount(own)}`);
  };

  /** The strongest cells, each some way from those before it. @param {Tensor} tensor @param {number} channel */
  const strongest = (tensor, channel) => {
    const [, height, width] = tensor.shape;
    const map = mapOf(tensor, channel);
    const apart = Math.max(2, Math.round(height / 9));
    /** @type {{value: number, y: number, x: number}[]} */
    const found = [];
    const order = [...map.keys()].filter((at) => (map[at] ?? 0) > 0).sort((a, b) => (map[b] ?? 0) - (map[a] ?? 0));
    for (const at of order) {
      const cell = { value: map[at] ?? 0, y: Math.floor(at / width), x: at % width };
      if (found.every(({ y, x }) => Math.max(Math.abs(y - cell.y), Math.abs(x - cell.x)) >= apart)) found.push(cell);
      if (found.length === CROPS) break;
    }
    return found;
  };

  /** @param {Tensor} tensor @param {number} channel */
  const drawCrops = (tensor, channel) => {
    const [photo, network, layer] = [store.photo(), store.network(), store.layer()];
    if (!photo || !network || !layer) return;
    const origin = branchOf(network, layer, channel);
    const [fields, where] = [fieldsOf(origin), lies(origin)];
    const field = Math.max(...fields.most);
    const [across, down] = sizeOf(photo.seen);
    const size = Math.max(field, 24); // a few pixels alone would show nothing: some of what is round them too
    const cells = where && tensor.shape[1] > 1 ? strongest(tensor, channel) : [];
    cropsAbout.textContent = !where ? "" : field === size ? `${fields.most.join(" × ")} px each` : `${sizeText(fields.most)} px in ${size}`;
    crops.replaceChildren(
      ...cells.map(({ value, y, x }) => {
        const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", {}));
        const context = sharp(canvas, CROP_PX, CROP_PX);
        context.fillStyle = token(crops, "--zero");
        context.fillRect(0, 0, CROP_PX, CROP_PX);
        const first = (/** @type {0 | 1} */ axis, /** @type {number} */ index) => Number(where?.offset[axis]) + 0.5 + Number(where?.stride[axis]) * index - size / 2;
        const scale = CROP_PX / size;
        // Beyond the edge of the input there is nothing: the ground stays.
        context.drawImage(photo.seen, -first(1, x) * scale, -first(0, y) * scale, across * scale, down * scale);
        const [tall, wide] = /** @type {[number, number]} */ ((field === size ? fields.least : fields.most).map((side) => side * scale));
        if (Math.max(tall, wide) < CROP_PX - 2) {
          context.strokeStyle = "rgb(255 255 255 / 85%)";
          context.strokeRect((CROP_PX - wide) / 2, (CROP_PX - tall) / 2, wide, tall);
        }
        return el(
          "button",
          { class: "sqv-crop", type: "button", "aria-label": `cell ${y}, ${x}: ${amount(value)}`, onclick: () => store.chooseChannel(channel, [y, x]) },
          canvas,
          el("span", { text: amount(value) }),
          el("span", { class: "sqv-quiet", text: `${y}, ${x}` }),
        );
      }),
      cells.length ? "" : el("p", { class: "sqv-quiet", text: tensor.shape[1] > 1 ? "It answers nowhere in this photo." : "One value for the whole photo." }),
    );
  };

  const draw = () => {
    const [tensor, network, layer] = [store.shown(), store.network(), store.layer()];
    element.classList.toggle("sqv-vacant", !tensor);
    if (!tensor || !network || !layer || tensor.layer !== layer.name) return;
    side = Math.min(220, Math.max(140, (widthOf(element) || 280) - AXIS_PX - 104));
    const channel = store.channel();
    const [count, , width] = tensor.shape;
    const origin = branchOf(network, layer, channel);
    const isClass = store.cams()?.name === layer.name || layer.name === network.logits || layer.kind === "softmax";
    title.textContent = `Channel ${channel}`;
    source.textContent = isClass ? store.label(channel).label : origin.name;
    const map = mapOf(tensor, channel);
    const at = Math.max(0, map.indexOf(map.reduce((a, b) => Math.max(a, b), -Infinity)));
    const rank = [...tensor.mean].filter((mean) => mean > (tensor.mean[channel] ?? 0)).length + 1;
    const lines = [
      ["max", amount(tensor.max[channel] ?? 0)],
      ["at", `${Math.floor(at / width)}, ${at % width}`],
      ["mean", amount(tensor.mean[channel] ?? 0)],
      ["rank", `#${rank}`, `by mean, of ${count} channels`],
      ["zero", `${(100 * (tensor.zero[channel] ?? 0)).toFixed(1)} %`, "share of cells that are exactly 0"],
    ];
    const peak = /** @type {[number, number]} */ ([Math.floor(at / width), at % width]);
    const opened = (/** @type {string | undefined} */ term, /** @type {string | undefined} */ text) =>
      term === "max" ? number(store, text ?? "", { layer: layer.name, channel, cell: peak }) : null;
    facts.replaceChildren(...lines.flatMap(([term, text, title]) => [el("dt", { text: term, title }), el("dd", { title }, opened(term, text) ?? text ?? "")]));
    ablate.hidden = !store.can("ablation");
    ablate.textContent = store.isAblated(layer.name, channel) ? "Restore" : "Ablate";
    ablate.setAttribute("aria-pressed", String(store.isAblated(layer.name, channel)));
    drawLarge();
    drawHistogram(tensor, channel);
    drawCrops(tensor, channel);
  };

  /** @param {PointerEvent | MouseEvent} event */
  const cellAt = (event) => {
    const tensor = store.shown();
    if (!tensor) return null;
    const box = large.getBoundingClientRect();
    const [, height, width] = tensor.shape;
    const y = Math.floor(((event.clientY - box.top) / side) * height);
    const x = Math.floor(((event.clientX - box.left - AXIS_PX) / side) * width);
    return y >= 0 && x >= 0 && y < height && x < width ? /** @type {[number, number]} */ ([y, x]) : null;
  };
  large.addEventListener("pointermove", (event) => {
    const cell = cellAt(event);
    if (cell) store.point({ channel: store.channel(), cell });
  });
  large.addEventListener("pointerleave", () => store.point(null));
  large.addEventListener("click", (event) => {
    const cell = cellAt(event);
    if (cell) store.chooseChannel(store.channel(), cell);
  });
  large.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const tensor = store.shown();
    if (!step || !tensor) return;
    event.preventDefault();
    event.stopPropagation();
    const far = event.shiftKey ? 5 : 1;
    const [y, x] = store.cell();
    const within = (/** @type {number} */ value, /** @type {number} */ size) => Math.min(size - 1, Math.max(0, value));
    store.point(null);
    const cell = /** @type {[number, number]} */ ([
      within(y + far * (step[0] ?? 0), tensor.shape[1]),
      within(x + far * (step[1] ?? 0), tensor.shape[2]),
    ]);
    store.chooseChannel(store.channel(), cell);
  });

  const element = el(
    "section",
    { class: "sqv-channel", "aria-label": "Chosen channel" },
    el("header", { class: "sqv-spread" }, title, source),
    el("div", { class: "sqv-pair" }, large, el("div", { class: "sqv-pair-facts" }, facts, ablate)),
    el(
      "div",
      { class: "sqv-more" },
      el("div", {}, el("div", { class: "sqv-spread sqv-sub" }, el("b", { text: "Values" }), values), el("div", {}, histogram)),
      el("div", {}, el("div", { class: "sqv-spread sqv-sub" }, el("b", { text: "Strongest cells" }), cropsAbout), crops),
      others[0]?.element ?? null,
      related.element,
      others[1]?.element ?? null,
    ),
  );
  const observer = new ResizeObserver(draw);
  observer.observe(element);
  const calm = calmly(store, draw);
  const offs = [
    calm.close,
    store.on(["selection", "look", "network"], draw),
    store.on(["tensor", "photo"], calm.draw),
    store.on(["tensor", "hover"], drawLarge),
  ];
  return {
    element,
    close: () => {
      observer.disconnect();
      [related, ...others].forEach((view) => view.close?.());
      offs.forEach((off) => off());
    },
  };
}
