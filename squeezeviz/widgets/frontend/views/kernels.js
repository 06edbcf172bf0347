import { amount, el, sharp } from "../dom.js";
import { branches } from "../network.js";
import { differencePixel } from "../palette.js";
import { number } from "./number.js";

/** @import { Layer, View, Weights } from "../types.js" */

const [AREA_PX, PATCH_GAP_PX, PATCH_MOST_PX] = [560, 4, 48];

/**
 * @typedef {object} Sheet The kernels of one convolution, drawn.
 * @property {HTMLElement} element
 * @property {(x: number, y: number) => {channel: number, input: number | null} | null} at
 * @property {(channel: number) => [number, number, number, number]} place Left, top, width, height of a channel's kernels.
 */

/**
 * The kernels of the chosen layer: as colour patches where it reads red, green and blue; where its kernels have an extent,
 * as small multiples, a row a channel; where they are single numbers, as the matrix that mixes channels.
 * @param {import("../store.js").Store} store
 * @returns {View & {move: (dx: number, dy: number) => void}}
 */
export function kernelSheet(store) {
  const area = el("div", { class: "sqv-kernels" });
  const said = el("p", { class: "sqv-quiet", role: "status", "aria-live": "off" });
  /** @type {{layer: Layer, from: number, sheet: Sheet, mark: HTMLElement, columns: number}[]} */
  let drawn = [];
  let key = "";

  /** @param {number} red @param {number} green @param {number} blue */
  const opaque = (red, green, blue) => 0xff000000 | (blue << 16) | (green << 8) | red;

  /** @param {number} width @param {number} height @param {(x: number, y: number) => number} pixel */
  const picture = (width, height, pixel) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const image = context.createImageData(width, height);
    const out = new Uint32Array(image.data.buffer);
    for (let y = 0, at = 0; y < height; y += 1) for (let x = 0; x < width; x += 1, at += 1) out[at] = pixel(x, y);
    context.putImageData(image, 0, 0);
    return canvas;
  };

  /** Sixty-four and so colour patches: grey is 0. @param {Weights} weights @param {number} most @param {number} width @returns {Sheet & {columns: number}} */
  const patches = ({ shape, kernels }, most, width) => {
    const [count, inputs, height, across] = shape;
    const how = store.presets().find(({ name }) => name === store.photo()?.preset)?.preprocessing;
    const order = how?.channel_order === "RGB" ? [0, 1, 2] : [2, 1, 0];
    const atMost = Math.max(4, Math.min(Math.floor(width / (PATCH_MOST_PX + PATCH_GAP_PX)), Math.ceil(Math.sqrt(count * 1.6))));
    const columns = [...Array(atMost + 1).keys()].reverse().find((fits) => fits >= 4 && count % fits === 0) ?? atMost; // full rows
    const tile = Math.min(PATCH_MOST_PX, Math.floor(width / columns) - PATCH_GAP_PX);
    const pitch = tile + PATCH_GAP_PX;
    const rows = Math.ceil(count / columns);
    const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", {}));
    const context = sharp(canvas, columns * pitch - PATCH_GAP_PX, rows * pitch - PATCH_GAP_PX);
    context.imageSmoothingEnabled = false;
    for (let kernel = 0; kernel < count; kernel += 1) {
      const small = picture(across, height, (x, y) => {
        const level = (/** @type {number} */ colour) =>
          Math.round(128 + 127 * ((kernels[((kernel * inputs + (order[colour] ?? 0)) * height + y) * across + x] ?? 0) / most));
        return opaque(level(0), level(1), level(2));
      });
      context.drawImage(small, (kernel % columns) * pitch, Math.floor(kernel / columns) * pitch, tile, tile);
    }
    return {
      element: canvas,
      columns,
      at: (x, y) => {
        const channel = Math.floor(y / pitch) * columns + Math.floor(x / pitch);
        return x >= 0 && y >= 0 && x < columns * pitch && channel < count ? { channel, input: null } : null;
      },
      place: (channel) => [(channel % columns) * pitch, Math.floor(channel / columns) * pitch, tile, tile],
    };
  };

  /** A row a channel, a column an input; tall matrices go on beside themselves. @param {Weights} weights @param {number} most @param {number} width @returns {Sheet & {columns: number}} */
  const matrix = ({ shape, kernels }, most, width) => {
    const [count, inputs, height, across] = shape;
    const isPoint = height * across === 1;
    // In units of one weight; kernels with an extent stand one apart.
    const [patchWide, patchHigh] = isPoint ? [1, 1] : [across + 1, height + 1];
    const gap = 14;
    const unit = isPoint ? Math.max(1, Math.min(9, Math.floor(width / inputs))) : Math.max(1, Math.min(3, Math.floor(width / (inputs * patchWide))));
    const high = isPoint ? Math.max(1, Math.min(9, Math.round(AREA_PX / count))) : unit;
    const blockWide = inputs * patchWide * unit;
    const blocks = Math.max(1, Math.min(Math.floor((width + gap) / (blockWide + gap)), Math.ceil((count * patchHigh * high) / AREA_PX)));
    const rows = Math.ceil(count / blocks);
    const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", {}));
    const context = sharp(canvas, blocks * (blockWide + gap) - gap, rows * patchHigh * high);
    context.imageSmoothingEnabled = false;
    for (let block = 0; block < blocks; block += 1) {
      const first = block * rows;
      const here = Math.min(rows, count - first);
      const small = picture(inputs * patchWide, here * patchHigh, (x, y) => {
        const [dx, dy] = [x % patchWide, y % patchHigh];
        if (dx >= across || dy >= height) return 0;
        const channel = first + Math.floor(y / patchHigh);
        return differencePixel((kernels[((channel * inputs + Math.floor(x / patchWide)) * height + dy) * across + dx] ?? 0) / most);
      });
      context.drawImage(small, block * (blockWide + gap), 0, blockWide, here * patchHigh * high);
    }
    return {
      element: canvas,
      columns: 1,
      at: (x, y) => {
        const block = Math.floor(x / (blockWide + gap));
        const input = Math.floor((x - block * (blockWide + gap)) / (patchWide * unit));
        const channel = block * rows + Math.floor(y / (patchHigh * high));
        return x >= 0 && y >= 0 && input < inputs && channel < count && channel < (block + 1) * rows ? { channel, input } : null;
      },
      place: (channel) => [Math.floor(channel / rows) * (blockWide + gap), (channel % rows) * patchHigh * high, blockWide, Math.max(2, height * high)],
    };
  };

  const draw = () => {
    const [network, layer] = [store.network(), store.layer()];
    const isOn = Boolean(store.get("kernels") && network && layer && branches(network, layer).some(({ layer: { kind } }) => kind === "convolution"));
    element.hidden = !isOn;
    if (!network || !layer || !isOn) return;
    const width = area.clientWidth || element.parentElement?.clientWidth || 500;
    const parts = branches(network, layer).filter(({ layer: { kind } }) => kind === "convolution");
    const weights = parts.map((part) => store.weights(part.layer.name));
    if (weights.some((each) => !each)) return;
    const due = [layer.name, store.answering()?.name, store.photo()?.preset, width, document.body.dataset["jpThemeLight"], devicePixelRatio].join();
    if (due !== key) {
      key = due;
      const across = parts.length > 1 && width >= 400 ? (width - 20 * (parts.length - 1)) / parts.length : width;
      drawn = parts.map((part, index) => {
        const known = /** @type {Weights} */ (weights[index]);
        const most = known.kernels.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
        const isColour = known.shape[1] === 3 && (part.layer.inputs[0] === undefined || !network.layers.some(({ name }) => name === part.layer.inputs[0]));
        const sheet = (isColour ? patches : matrix)(known, most, across);
        const mark = el("div", { class: "sqv-mark-chosen", hidden: true });
        return { layer: part.layer, from: part.from, sheet, mark, columns: sheet.columns, most, isColour, shape: known.shape };
      });
      area.replaceChildren(...drawn.map((each) => figure(/** @type {any} */ (each))));
    }
    mark();
  };

  /** @param {{layer: Layer, from: number, sheet: Sheet, mark: HTMLElement, most: number, isColour: boolean, shape: number[]}} part */
  const figure = ({ layer, from, sheet, mark: chosen, most, isColour, shape }) => {
    const [count, inputs, height, width] = shape;
    const size = `${height} × ${width}`;
    const what = isColour ? `${count} kernels of ${size} × RGB` : height === 1 && width === 1 ? `${count} channels mixed of ${inputs}` : `${count} × ${inputs} kernels of ${size}`;
    const place = el(
      "div",
      { class: "sqv-grid", tabindex: "0", role: "application", "aria-roledescription": "kernels", "aria-label": `${layer.name}: ${what}; arrow keys choose a channel` },
      sheet.element,
      chosen,
    );
    const where = (/** @type {MouseEvent} */ event) => {
      const box = sheet.element.getBoundingClientRect();
      return sheet.at(event.clientX - box.left, event.clientY - box.top);
    };
    place.addEventListener("pointermove", (event) => {
      const at = where(event);
      if (at) tell(layer, at.channel, at.input);
    });
    place.addEventListener("pointerleave", () => mark());
    place.addEventListener("click", (event) => {
      const at = where(event);
      if (at) store.chooseChannel(from + at.channel);
    });
    return el(
      "figure",
      { "data-layer": layer.name, "data-most": most, style: `width:${Math.max(180, sheet.element.clientWidth || parseInt(sheet.element.style.width, 10))}px` },
      el("figcaption", {}, el("b", { text: what })),
      place,
      el("p", {
        class: "sqv-quiet",
        text: isColour
          ? `Grey is 0, full colour ±${amount(most)}; one scale for all.`
          : `Down: its channels; across: those of ${layer.inputs[0]}. Blue is below 0, warm above, at most ±${amount(most)}; one scale for all.`,
      }),
    );
  };

  /** @param {Layer} layer @param {number} channel @param {number | null} input */
  const tell = (layer, channel, input) => {
    const weights = store.weights(layer.name);
    if (!weights) return;
    const [, inputs, height, width] = weights.shape;
    const taps = height * width;
    if (input === null) said.textContent = `${layer.name}, kernel ${channel}: bias ${amount(weights.bias[channel] ?? 0)}`;
    else {
      const start = (channel * inputs + input) * taps;
      const values = [...weights.kernels.subarray(start, start + taps)];
      said.textContent = `${layer.name}: channel ${channel} reads channel ${input} of ${layer.inputs[0]} × ${values.map((value) => amount(value)).join(", ")}`;
    }
  };

  const mark = () => {
    const channel = store.channel();
    for (const { layer, from, sheet, mark: made } of drawn) {
      const own = channel - from;
      made.hidden = own < 0 || own >= (layer.shape[0] ?? 0);
      if (made.hidden) continue;
      const [left, top, width, height] = sheet.place(own);
      made.style.cssText = `left:${left}px;top:${top}px;width:${width}px;height:${height}px`;
      tell(layer, own, null);
      said.append(" · ", number(store, "its chosen cell", { layer: layer.name, channel: own, cell: store.cell() }));
    }
  };

  const element = el("div", { class: "sqv-kernel-sheet", hidden: true }, area, said);
  const observer = new ResizeObserver(draw);
  observer.observe(element);
  const offs = [store.on(["inside", "look", "photo", "network"], draw), store.on(["selection", "tensor"], draw)];
  return {
    element,
    move: (dx, dy) => {
      const channel = store.channel();
      const columns = drawn[0]?.columns ?? 1;
      const count = store.layer()?.shape[0] ?? 1;
      store.chooseChannel(Math.min(count - 1, Math.max(0, channel + dx + dy * columns)));
    },
    close: () => {
      observer.disconnect();
      offs.forEach((off) => off());
    },
  };
}
