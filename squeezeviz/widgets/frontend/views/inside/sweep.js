import { oneMap } from "../../atlas.js";
import { amount, el, sharp, token } from "../../dom.js";
import { branchOf } from "../../network.js";
import { differencePixel, indexOf, pixels } from "../../palette.js";
import { precise } from "./words.js";

/** @import { Calculation, Layer, View } from "../../types.js" */

const [SWEEP_S, MOST_PX, KERNEL_PX] = [14, 190, 96];

/** Two digits, for want of room. @param {number} value */
const brief = (value) => (Math.abs(value) >= 9.95 ? value.toFixed(0) : String(Number(value.toPrecision(2)))).replace("-", "−").replace(/^(−?)0\./, "$1.");

/**
 * The kernel's window on its way over one channel of its input, and the output map that comes of it. It moves when it is
 * asked to, and stops wherever one likes.
 * @param {import("../../store.js").Store} store
 * @returns {View & {show: (made: Calculation | null) => void}}
 */
export function sweep(store) {
  /** @param {string} name */
  const canvas = (name) => /** @type {HTMLCanvasElement} */ (el("canvas", { role: "img", "aria-label": name }));
  const [input, kernel, output] = [canvas("Input"), canvas("Kernel"), canvas("Output")];
  const names = [el("figcaption"), el("figcaption"), el("figcaption")];
  const said = el("p", { class: "sqv-quiet sqv-sweep-said", role: "status", "aria-live": "off" });
  const slider = /** @type {HTMLInputElement} */ (el("input", { type: "range", min: "0", step: "1", "aria-label": "Where the window is" }));
  const play = el("button", { class: "sqv-button", type: "button" });
  const openHere = el("button", { class: "sqv-button", type: "button", text: "Open this cell", onclick: () => layer && store.open({ layer: layer.name, channel, cell: cellAt(at) }) });
  const isStill = matchMedia("(prefers-reduced-motion: reduce)");

  /** @type {Layer | null} the one that sums or picks, in a concatenation the branch */
  let layer = null;
  /** @type {Calculation | null} */
  let made = null;
  let channel = 0;
  let source = 0; // channel of the input
  let at = 0;
  let isPlaying = false;
  let last = 0;
  let carried = 0;

  /** @param {number} index @returns {[number, number]} */
  const cellAt = (index) => {
    const width = layer?.shape[2] ?? 1;
    return [Math.floor(index / width), index % width];
  };

  /** Where the window lies on its input: top, left, in cells; and how large it is. @param {number} index */
  const windowAt = (index) => {
    const network = store.network();
    const before = network?.layers.find(({ name }) => name === layer?.inputs[0]);
    if (!layer?.window || !network) return null;
    const { kernel: [height, width], strides: [down, right], pads: [top, left] } = layer.window;
    const [y, x] = cellAt(index);
    const rows = before ? (before.shape[1] ?? 1) : network.input[1];
    const columns = before ? (before.shape[2] ?? 1) : network.input[2];
    return { top: y * down - top, left: x * right - left, height, width, rows, columns, before: before ?? null };
  };

  const draw = () => {
    const photo = store.photo();
    const where = windowAt(at);
    const whole = layer && store.tensor(layer.name);
    if (!layer || !where || !photo || !made) return;
    const side = Math.min(MOST_PX, Math.max(100, ((element.clientWidth || 480) - KERNEL_PX - 40) / 2));
    const fed = where.before ? store.tensor(where.before.name) : null;
    const weights = made.kind === "sum" ? store.weights(layer.name) : null;
    const [accent, ground] = [token(output, "--accent"), token(output, "--bg")];
    const table = pixels(store.get("palette"));
    /** @param {CanvasRenderingContext2D} drawn @param {number} x @param {number} y @param {number} width @param {number} height */
    const box = (drawn, x, y, width, height) => {
      drawn.lineWidth = 3.5;
      drawn.strokeStyle = ground;
      drawn.strokeRect(x - 1, y - 1, width + 2, height + 2);
      drawn.lineWidth = 1.75;
      drawn.strokeStyle = accent;
      drawn.strokeRect(x - 1, y - 1, width + 2, height + 2);
    };

    // The input, and the window on it.
    const left = sharp(input, side, side);
    left.imageSmoothingEnabled = false;
    if (where.before && fed) {
      const start = source * where.rows * where.columns;
      const top = fed.max[source] ?? 0;
      left.drawImage(oneMap(where.columns, where.rows, (cell) => table[indexOf(fed.values[start + cell] ?? 0, top)] ?? 0), 0, 0, side, side);
    } else if (!where.before) left.drawImage(photo.seen, 0, 0, side, side);
    const [down, across] = [side / where.rows, side / where.columns];
    const [tall, wide] = [Math.max(4, where.height * down), Math.max(4, where.width * across)];
    box(left, (where.left + where.width / 2) * across - wide / 2, (where.top + where.height / 2) * down - tall / 2, wide, tall);
    const name = where.before ? `${where.before.name} · ${source}` : "what the network gets";
    names[0]?.replaceChildren(name);
    input.setAttribute("aria-label", `${name}, the window at ${where.top}, ${where.left}`);

    // What is inside the window, and what it is multiplied by.
    const numbers = inside(where, fed?.values ?? null, weights?.kernels ?? null, weights?.shape ?? null);
    drawKernel(where, numbers, weights ? weights.kernels.reduce((most, value) => Math.max(most, Math.abs(value)), 0) : 0);
    names[1]?.replaceChildren(made.kind === "sum" ? "kernel" : "window");

    // The output, as far as the window has come.
    const right = sharp(output, side, side);
    right.imageSmoothingEnabled = false;
    const [, height, width] = layer.shape;
    const [y, x] = cellAt(at);
    if (whole) {
      const cells = (height ?? 1) * (width ?? 1);
      const top = whole.max[channel] ?? 0;
      right.drawImage(oneMap(width ?? 1, height ?? 1, (cell) => table[indexOf(whole.values[channel * cells + cell] ?? 0, top)] ?? 0), 0, 0, side, side);
      const [tile, row] = [side / (width ?? 1), side / (height ?? 1)];
      right.fillStyle = ground;
      right.globalAlpha = 0.82;
      right.fillRect((x + 1) * tile, y * row, side, row);
      right.fillRect(0, (y + 1) * row, side, side);
      right.globalAlpha = 1;
      box(right, x * tile, y * row, Math.max(3, tile), Math.max(3, row));
      const value = whole.values[channel * cells + at] ?? 0;
      output.setAttribute("aria-label", `${layer.name}, channel ${channel}; cell ${y}, ${x}: ${amount(value)}`);
      said.textContent = words(numbers, value, y, x);
    }
    names[2]?.replaceChildren(`${layer.name} · ${channel}`);
    slider.value = String(at);
    slider.setAttribute("aria-valuetext", `cell ${y}, ${x}`);
    openHere.hidden = made.layer === layer.name && made.cell[0] === y && made.cell[1] === x;
  };

  /** @typedef {{value: number | null, weight: number | null}[]} Numbers */

  /** @param {NonNullable<ReturnType<typeof windowAt>>} where @param {Float32Array | null} values @param {Float32Array | null} kernels @param {number[] | null} shape @returns {Numbers} */
  const inside = (where, values, kernels, shape) => {
    const numbers = [];
    const inputs = shape?.[1] ?? 1;
    for (let dy = 0; dy < where.height; dy += 1) {
      for (let dx = 0; dx < where.width; dx += 1) {
        const [y, x] = [where.top + dy, where.left + dx];
        const isIn = y >= 0 && x >= 0 && y < where.rows && x < where.columns;
        const value = values && isIn ? (values[(source * where.rows + y) * where.columns + x] ?? 0) : null;
        const weight = kernels ? (kernels[((channel * inputs + source) * where.height + dy) * where.width + dx] ?? 0) : null;
        numbers.push({ value, weight });
      }
    }
    return numbers;
  };

  /** @param {NonNullable<ReturnType<typeof windowAt>>} where @param {Numbers} numbers @param {number} most */
  const drawKernel = (where, numbers, most) => {
    const drawn = sharp(kernel, KERNEL_PX, KERNEL_PX, "10px");
    const [down, across] = [KERNEL_PX / where.height, KERNEL_PX / where.width];
    const best = Math.max(...numbers.map(({ value }) => value ?? -Infinity));
    const table = pixels(store.get("palette"));
    numbers.forEach(({ value, weight }, index) => {
      const [y, x] = [Math.floor(index / where.width), index % where.width];
      const pixel = weight === null ? (table[indexOf(value ?? 0, best)] ?? 0) : differencePixel(most ? weight / most : 0);
      const [r, g, b] = [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
      drawn.fillStyle = `rgb(${r} ${g} ${b})`;
      drawn.fillRect(x * across, y * down, across - 1, down - 1);
      drawn.fillStyle = 0.3 * r + 0.59 * g + 0.11 * b > 140 ? "#171a1e" : "#fff";
      drawn.textAlign = "center";
      drawn.textBaseline = "middle";
      const shown = weight ?? value;
      if (shown !== null) drawn.fillText(brief(shown), (x + 0.5) * across, (y + 0.5) * down);
    });
    kernel.setAttribute("aria-label", numbers.map(({ value, weight }) => amount(weight ?? value ?? 0)).join(", "));
  };

  /** @param {Numbers} numbers @param {number} value @param {number} y @param {number} x */
  const words = (numbers, value, y, x) => {
    const here = `cell ${y}, ${x}`;
    if (made?.kind !== "sum") return `${here}: the largest of ${numbers.filter((each) => each.value !== null).length} values is ${amount(value)}`;
    if (numbers.some(({ weight }) => weight === null) || numbers.every((each) => each.value === null)) return `${here}: ${amount(value)}`;
    const adds = numbers.reduce((sum, each) => sum + (each.value ?? 0) * (each.weight ?? 0), 0);
    const inputs = store.weights(layer?.name ?? "")?.shape[1] ?? 0;
    return `${here}: this channel adds ${precise(adds, Math.max(Math.abs(adds), Math.abs(value)))}; all ${inputs} channels, bias and ReLU make ${amount(value)}`;
  };

  const count = () => (layer?.shape[1] ?? 1) * (layer?.shape[2] ?? 1);
  const pause = () => {
    isPlaying = false;
    play.textContent = isStill.matches ? "Next row" : "Play the sweep";
    play.setAttribute("aria-pressed", "false");
  };
  /** @param {number} now */
  const tick = (now) => {
    if (!isPlaying || !element.isConnected) return;
    carried += ((now - last) / 1000 / SWEEP_S) * count();
    last = now;
    const steps = Math.floor(carried);
    carried -= steps;
    at = Math.min(count() - 1, at + steps);
    if (steps) draw();
    if (at >= count() - 1) return pause();
    requestAnimationFrame(tick);
  };
  play.addEventListener("click", () => {
    if (isPlaying) return pause();
    if (at >= count() - 1) at = 0;
    // Who asked for less motion gets it a row at a time.
    if (isStill.matches) {
      at = Math.min(count() - 1, at + (layer?.shape[2] ?? 1));
      return draw();
    }
    isPlaying = true;
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
    last = performance.now();
    carried = 0;
    requestAnimationFrame(tick);
  });
  slider.addEventListener("input", () => {
    pause();
    at = Number(slider.value);
    draw();
  });
  slider.addEventListener("keydown", (event) => event.key !== "Backspace" && event.key !== "Escape" && event.stopPropagation());
  output.addEventListener("click", (event) => {
    const box = output.getBoundingClientRect();
    const [, height, width] = layer?.shape ?? [1, 1, 1];
    const [y, x] = [Math.floor(((event.clientY - box.top) / box.height) * (height ?? 1)), Math.floor(((event.clientX - box.left) / box.width) * (width ?? 1))];
    pause();
    at = y * (width ?? 1) + x;
    draw();
  });

  const element = el(
    "div",
    { class: "sqv-sweep", hidden: true },
    el("div", { class: "sqv-sweep-maps" }, ...[input, kernel, output].map((each, index) => el("figure", {}, each, /** @type {HTMLElement} */ (names[index])))),
    el("div", { class: "sqv-sweep-tools" }, play, slider, openHere),
    said,
  );
  pause();
  const observer = new ResizeObserver(draw);
  observer.observe(element);
  return {
    element,
    show: (calculation) => {
      const network = store.network();
      const found = network?.layers.find(({ name }) => name === calculation?.layer);
      const wanted = calculation && network && found ? branchOf(network, found, calculation.channel) : null;
      const isWindow = Boolean(wanted && found && wanted.name === found.name && (calculation?.kind === "sum" || calculation?.kind === "max") && wanted.shape.length === 3);
      element.hidden = !isWindow;
      if (!isWindow || !calculation || !wanted) {
        pause();
        layer = made = null;
        return;
      }
      const isSame = made && made.layer === calculation.layer && made.channel === calculation.channel && String(made.cell) === String(calculation.cell);
      made = calculation;
      layer = wanted;
      channel = calculation.channel;
      if (!isSame) {
        pause();
        source = calculation.terms[0]?.channel ?? 0;
        at = calculation.cell[0] * (wanted.shape[2] ?? 1) + calculation.cell[1];
        slider.max = String(count() - 1);
      }
      draw();
    },
    close: () => {
      pause();
      observer.disconnect();
    },
  };
}
