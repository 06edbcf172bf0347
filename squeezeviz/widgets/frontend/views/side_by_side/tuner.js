import { el } from "../../dom.js";
import { sizeText } from "../../network.js";
import { pictureBox } from "../../picture.js";
import { YOURS } from "../../store.js";

/** @import { How, Photo, View } from "../../types.js" */

/** @type {[string, number][]} */
const SCALES = [["0 to 255", 1], ["0 to 1", 1 / 255], ["0 to 2", 1 / 127.5]];
const FILTERS = ["nearest", "bilinear", "box", "hamming", "bicubic", "lanczos"];
const SIDE_PX = 200;

/** A size's height and width. @param {import("../../types.js").Px} px @returns {[number, number]} */
const both = (px) => (typeof px === "number" ? [px, px] : px);
/** A size as it is written: one number where both sides are the same. @param {[number, number]} px @returns {import("../../types.js").Px} */
const written = ([height, width]) => (height === width ? height : [height, width]);

/**
 * A preprocessing of one's own, changed while one watches: where the crop lies, how the photo is resized, the order of the
 * channels, the means.
 * @param {import("../../store.js").Store} store
 * @returns {View}
 */
export function tuner(store) {
  const picture = pictureBox({ draggable: "false" });
  const frame = el("div", { class: "sqv-frame", tabindex: "0", role: "application", "aria-label": "Place of the crop: arrow keys move it" });
  const crop = el("div", { class: "sqv-tune-photo" }, picture.element(), frame);
  const said = el("p", { class: "sqv-tune-said", role: "status" });

  /** What is tuned now: yours, else the preprocessing in use. @returns {How | null} */
  const now = () => {
    const tuned = store.get("tuned");
    if (Object.keys(tuned).length) return tuned;
    return store.presets().find(({ name }) => name === store.get("preset"))?.preprocessing ?? null;
  };

  /** @param {Partial<How>} changes */
  const change = (changes) => {
    const how = now();
    if (!how) return;
    const tuned = { ...how, ...changes };
    const [tall, wide] = both(tuned.crop_px);
    const [down, across] = both(tuned.resize_px);
    if (tuned.resize !== "none") tuned.resize_px = written([Math.max(down, tall), Math.max(across, wide)]);
    if (tuned.interpolation === "nearest") tuned.antialias = false;
    else if (tuned.interpolation !== "bilinear") tuned.antialias = true;
    const compared = store.get("compared");
    store.set({ tuned, ...(compared.includes(YOURS) ? {} : { compared: [YOURS, ...compared] }), against: YOURS });
  };

  /** @param {string} label @param {[string, string][]} options @param {(value: string) => void} choose */
  const select = (label, options, choose) => {
    const element = /** @type {HTMLSelectElement} */ (el("select", { class: "sqv-select", "aria-label": label }, ...options.map(([value, text]) => el("option", { value, text }))));
    element.addEventListener("change", () => choose(element.value));
    return element;
  };
  const resize = select("Resize", [["squash", "squash to"], ["shorter-side", "shorter side to"], ["longer-side", "longer side to"], ["none", "not at all"]], (value) => change({ resize: /** @type {How["resize"]} */ (value) }));
  const filter = select("Interpolation", FILTERS.map((name) => [name, name]), (interpolation) => change({ interpolation }));
  const order = select("Channel order", [["BGR", "BGR"], ["RGB", "RGB"]], (value) => change({ channel_order: /** @type {How["channel_order"]} */ (value) }));
  const scale = select("Values", SCALES.map(([text, value]) => [String(value), text]), (value) => {
    const how = now();
    // The means keep their meaning: they are in units of the scaled values.
    const factor = Number(value) / (how?.scale ?? 1);
    if (how) change({ scale: Number(value), mean: how.mean.map((mean) => mean * factor) });
  });
  const smooth = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox" }));
  smooth.addEventListener("change", () => change({ antialias: smooth.checked }));
  const managed = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox" }));
  managed.addEventListener("change", () => change({ respect_icc: managed.checked }));

  /** @param {string} label @param {number} least @param {number} most @param {(value: number) => void} set */
  const slider = (label, least, most, set) => {
    const input = /** @type {HTMLInputElement} */ (el("input", { type: "range", min: least, max: most, step: 1, "aria-label": label }));
    const value = el("output", { class: "sqv-num" });
    input.addEventListener("input", () => set(Number(input.value)));
    return {
      element: el("label", { class: "sqv-slider" }, el("span", { text: label }), input, value),
      /** @param {number} number @param {string} [text] */
      show: (number, text) => {
        if (document.activeElement !== input || Number(input.value) !== Math.round(number)) input.value = String(number);
        value.textContent = text ?? number.toFixed(0);
      },
      /** @param {number} number */
      least: (number) => (input.min = String(number)),
      /** @param {string} text */
      name: (text) => {
        const span = input.previousElementSibling;
        if (span) span.textContent = text;
        input.setAttribute("aria-label", text);
      },
    };
  };
  const size = slider("resize to", 160, 480, (longer) => {
    const how = now();
    if (!how) return;
    const before = both(how.resize_px);
    change({ resize_px: written(/** @type {[number, number]} */ (before.map((side) => Math.max(1, Math.round((side * longer) / Math.max(...before)))))) });
  });
  const means = [0, 1, 2].map((channel) =>
    slider("mean", 0, 255, (value) => {
      const how = now();
      if (how) change({ mean: how.mean.map((mean, at) => (at === channel ? value * how.scale : mean)) });
    }),
  );
  const reset = el("button", { class: "sqv-button", type: "button", text: "Begin again", onclick: () => {
    const compared = store.get("compared").filter((/** @type {string} */ name) => name !== YOURS);
    store.set({ tuned: {}, compared, ...(store.get("preset") === YOURS ? { preset: store.network()?.preprocessing ?? "caffe2" } : {}) });
  } });

  /** Place of the crop, 0–1. @param {How} how @returns {[number, number]} */
  const placeOf = (how) => {
    if (typeof how.crop !== "string") return how.crop;
    const corner = { "top-left": [0, 0], "top-right": [1, 0], "bottom-left": [0, 1], "bottom-right": [1, 1] }[how.crop];
    return /** @type {[number, number]} */ (corner ?? [0.5, 0.5]);
  };

  /** The photo resized, and the crop's room in it, in input pixels. @param {How} how @param {Photo} photo */
  const room = (how, photo) => {
    const [width, height] = photo.size;
    const [down, across] = both(how.resize_px);
    const rounded = (/** @type {number} */ length, /** @type {number} */ px, /** @type {number} */ by) => Math.max(1, Math.floor((2 * length * px + by) / (2 * by)));
    const isNarrower = height * across >= width * down; // than the size is
    const kept = isNarrower === (how.resize === "shorter-side") ? [across, rounded(height, across, width)] : [rounded(width, down, height), down];
    const resized = how.resize === "squash" ? [across, down] : how.resize === "none" ? [width, height] : kept;
    const full = how.resize === "longer-side" ? [across, down] : resized;
    return { resized: /** @type {[number, number]} */ (resized), full: /** @type {[number, number]} */ (full) };
  };

  const draw = () => {
    const [how, photo] = [now(), store.photo()];
    if (!how || !photo) return;
    resize.value = how.resize;
    size.element.hidden = how.resize === "none";
    const [tall, wide] = both(how.crop_px);
    size.least(Math.min(160, Math.max(tall, wide)));
    size.show(Math.max(...both(how.resize_px)), `${sizeText(both(how.resize_px))} px`);
    filter.value = how.interpolation;
    smooth.checked = how.antialias;
    smooth.disabled = how.interpolation !== "bilinear";
    managed.checked = how.respect_icc;
    order.value = how.channel_order;
    order.hidden = how.channel_order === "grey";
    const nearest = SCALES.find(([, value]) => Math.abs(value / how.scale - 1) < 1e-6);
    scale.value = String(nearest?.[1] ?? how.scale);
    means.forEach((mean, at) => {
      const level = (how.mean[at] ?? 0) / how.scale;
      mean.element.hidden = at >= how.mean.length;
      mean.name(how.mean.length === 1 ? "mean" : `mean of ${{ R: "red", G: "green", B: "blue" }[how.channel_order[at] ?? "R"]}`);
      mean.show(level, level.toFixed(1));
    });
    // The crop on the photo, both as large as they are after resizing.
    const { resized, full } = room(how, photo);
    const unit = SIDE_PX / Math.max(...full, tall, wide);
    picture.show(photo.original);
    const [padX, padY] = [(full[0] - resized[0]) / 2, (full[1] - resized[1]) / 2];
    crop.style.cssText = `width:${full[0] * unit}px;height:${full[1] * unit}px`;
    picture.element().style.cssText = `left:${padX * unit}px;top:${padY * unit}px;width:${resized[0] * unit}px;height:${resized[1] * unit}px`;
    const [px, py] = placeOf(how);
    frame.style.cssText = `left:${Math.max(0, full[0] - wide) * unit * px}px;top:${Math.max(0, full[1] - tall) * unit * py}px;width:${wide * unit}px;height:${tall * unit}px`;
    const { known, before, problem } = Object.keys(store.get("tuned")).length ? store.comparedWith(YOURS) : { known: null, before: null, problem: "" };
    const best = (known ?? before)?.ranking[0];
    said.textContent = problem || (best === undefined ? "Drag the crop, or move a slider: the answer follows." : `${store.label(best).label}, ${(100 * ((known ?? before)?.probabilities[best] ?? 0)).toFixed(1)} %`);
    said.classList.toggle("sqv-card-problem", Boolean(problem));
  };

  /** @param {number} dx @param {number} dy In input pixels. */
  const move = (dx, dy) => {
    const [how, photo] = [now(), store.photo()];
    if (!how || !photo) return;
    const { full } = room(how, photo);
    const [x, y] = placeOf(how);
    const shifted = (/** @type {number} */ place, /** @type {number} */ by, /** @type {number} */ free) => (free > 0 ? Math.min(1, Math.max(0, place + by / free)) : place);
    const [tall, wide] = both(how.crop_px);
    change({ crop: [shifted(x, dx, full[0] - wide), shifted(y, dy, full[1] - tall)] });
  };
  frame.addEventListener("pointerdown", (event) => {
    frame.setPointerCapture(event.pointerId);
    let [x, y] = [event.clientX, event.clientY];
    const drag = (/** @type {PointerEvent} */ moved) => {
      const [how, photo] = [now(), store.photo()];
      if (!how || !photo) return;
      const unit = SIDE_PX / Math.max(...room(how, photo).full, ...both(how.crop_px));
      move((moved.clientX - x) / unit, (moved.clientY - y) / unit);
      [x, y] = [moved.clientX, moved.clientY];
    };
    frame.addEventListener("pointermove", drag);
    frame.addEventListener("lostpointercapture", () => frame.removeEventListener("pointermove", drag), { once: true });
  });
  frame.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-2, 0], ArrowRight: [2, 0], ArrowUp: [0, -2], ArrowDown: [0, 2] }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    move((by[0] ?? 0) * (event.shiftKey ? 5 : 1), (by[1] ?? 0) * (event.shiftKey ? 5 : 1));
  });

  draw();
  return {
    element: el(
      "section",
      { class: "sqv-block sqv-tuner", "aria-label": "Your own preprocessing" },
      el("header", { class: "sqv-spread" }, el("h2", { text: "Your own" }), reset),
      el(
        "div",
        { class: "sqv-tune" },
        el("div", {}, crop, said),
        el(
          "div",
          { class: "sqv-tune-fields" },
          el("div", { class: "sqv-fields" }, resize, filter, el("label", { class: "sqv-check" }, smooth, "antialias"), el("label", { class: "sqv-check" }, managed, "colours to sRGB"), order, scale),
          size.element,
          ...means.map(({ element }) => element),
        ),
      ),
    ),
    close: store.on(["compared", "photo", "setting", "network"], draw),
  };
}
