import { oneMap } from "../atlas.js";
import { amount, el, sharp } from "../dom.js";
import { differencePixel, indexOf, pixels } from "../palette.js";

/** @import { Tensor, View } from "../store/types.ts" */

const [MOVED, SMALL_PX] = [10, 40];

/**
 * @typedef {object} Side One of two maps.
 * @property {string} name
 * @property {Tensor | null} tensor Null while it is on its way.
 * @property {number} channel
 *
 * @typedef {object} Sides
 * @property {string} title
 * @property {Side} first
 * @property {Side} second
 * @property {boolean} isRanked Whether their channels are the same ones, so that it can be said which moved most.
 * @property {string} unlike Why maps of different sizes have no difference.
 */

/**
 * Two maps and their difference, second less first, on one scale; and the channels that moved most.
 * @param {import("../store/flat.ts").Store} store
 * @param {() => Sides | null} sides What is compared now.
 * @param {string} label
 * @returns {View}
 */
export function mapDifference(store, sides, label) {
  const title = el("h2");
  const range = el("span", { class: "sqv-quiet" });
  const canvases = ["First map", "Second map", "Difference"].map((name) => /** @type {HTMLCanvasElement} */ (el("canvas", { role: "img", "aria-label": name })));
  const names = [0, 1, 2].map(() => el("figcaption", {}));
  const figures = canvases.map((canvas, at) => el("figure", {}, /** @type {HTMLElement} */ (names[at]), canvas));
  const maps = el("div", { class: "sqv-trio" }, ...figures);
  const moved = el("div", { class: "sqv-moved-most", role: "group", "aria-label": "Channels that moved most" });
  const note = el("p", { class: "sqv-quiet" });
  /** @type {{here: Tensor, there: Tensor, order: number[], change: Float64Array} | null} */
  let last = null;

  /** @param {Tensor} here @param {Tensor} there */
  const compare = (here, there) => {
    if (last?.here === here && last.there === there) return last;
    const [channels, height, width] = here.shape;
    const cells = height * width;
    const change = new Float64Array(channels);
    for (let channel = 0; channel < channels; channel += 1) {
      let sum = 0;
      for (let at = channel * cells; at < (channel + 1) * cells; at += 1) sum += ((there.values[at] ?? 0) - (here.values[at] ?? 0)) ** 2;
      change[channel] = Math.sqrt(sum);
    }
    const order = [...change.keys()].sort((a, b) => (change[b] ?? 0) - (change[a] ?? 0) || a - b);
    last = { here, there, order, change };
    return last;
  };

  /** @param {HTMLCanvasElement} canvas @param {Tensor} tensor @param {number} side @param {(at: number) => number} pixel */
  const paint = (canvas, tensor, side, pixel) => {
    const [, height, width] = tensor.shape;
    const drawn = sharp(canvas, side, side);
    drawn.imageSmoothingEnabled = false;
    drawn.drawImage(oneMap(width, height, pixel), 0, 0, side, side);
  };

  const draw = () => {
    const now = sides();
    if (!now) return;
    const [here, there] = [now.first.tensor, now.second.tensor];
    const channel = now.first.channel;
    title.textContent = now.title;
    element.classList.toggle("sqv-late", !here || !there);
    if (!here || !there) return;
    const isAlike = here.shape.every((size, axis) => size === there.shape[axis]);
    const [, height, width] = here.shape;
    const cells = height * width;
    const table = pixels(store.get("palette"));
    const top = Math.max(here.max[channel] ?? 0, there.max[now.second.channel] ?? 0);
    const side = Math.max(60, Math.floor((maps.clientWidth - 24) / 3));
    names[0]?.replaceChildren(now.first.name);
    names[1]?.replaceChildren(now.second.name);
    names[2]?.replaceChildren("difference");
    const at = { here: channel * cells, there: now.second.channel * there.shape[1] * there.shape[2] };
    const [first, second, third] = /** @type {[HTMLCanvasElement, HTMLCanvasElement, HTMLCanvasElement]} */ (canvases);
    paint(first, here, side, (cell) => table[indexOf(here.values[at.here + cell] ?? 0, top)] ?? 0);
    paint(second, there, side, (cell) => table[indexOf(there.values[at.there + cell] ?? 0, top)] ?? 0);
    figures[2]?.toggleAttribute("hidden", !isAlike);
    moved.hidden = !isAlike || !now.isRanked;
    note.hidden = isAlike;
    first.setAttribute("aria-label", `${now.first.name}, channel ${channel}: up to ${amount(here.max[channel] ?? 0)}`);
    second.setAttribute("aria-label", `${now.second.name}, channel ${now.second.channel}: up to ${amount(there.max[now.second.channel] ?? 0)}`);
    if (!isAlike) {
      range.textContent = `0 to ${amount(top)}`;
      note.textContent = `Maps of ${height} × ${width} and of ${there.shape[1]} × ${there.shape[2]} have no difference cell by cell: ${now.unlike}.`;
      return;
    }
    const less = (/** @type {number} */ cell) => (there.values[at.there + cell] ?? 0) - (here.values[at.here + cell] ?? 0);
    let most = 0;
    for (let cell = 0; cell < cells; cell += 1) most = Math.max(most, Math.abs(less(cell)));
    paint(third, here, side, (cell) => differencePixel(top ? less(cell) / top : 0));
    third.setAttribute("aria-label", `Their difference: at most ${amount(most)}`);
    third.dataset["most"] = String(most);
    range.textContent = `one scale: 0 to ${amount(top)}, difference ±${amount(top)}; here at most ${amount(most)}`;
    if (!now.isRanked) return;
    const { order, change } = compare(here, there);
    moved.replaceChildren(
      el("span", { class: "sqv-quiet", text: "moved most" }),
      ...order.slice(0, MOVED).map((index) => {
        const canvas = /** @type {HTMLCanvasElement} */ (el("canvas", {}));
        const peak = Math.max(here.max[index] ?? 0, there.max[index] ?? 0);
        paint(canvas, here, SMALL_PX, (cell) => differencePixel(peak ? ((there.values[index * cells + cell] ?? 0) - (here.values[index * cells + cell] ?? 0)) / peak : 0));
        return el(
          "button",
          { type: "button", class: "sqv-moved-map", "aria-pressed": String(index === channel), "aria-label": `Channel ${index}, moved by ${amount(change[index] ?? 0)}`, title: `‖difference‖ ${amount(change[index] ?? 0)}`, onclick: () => store.chooseChannel(index) },
          canvas,
          el("span", { text: String(index) }),
        );
      }),
    );
  };

  const element = el(
    "section",
    { class: "sqv-block sqv-difference", "aria-label": label },
    el("header", { class: "sqv-spread" }, title, range),
    maps,
    note,
    moved,
  );
  const observer = new ResizeObserver(draw);
  observer.observe(maps);
  return {
    element,
    close: ((off) => () => {
      observer.disconnect();
      off();
    })(store.on(["compared", "photo", "photos", "selection", "class", "tensor", "look", "network"], draw)),
  };
}
