import { choices, el, percent, sharp, token, widthOf } from "../../dom.js";
import { oneMap } from "../../atlas.js";
import { signedBar, signedPixel } from "./signed.js";
import { runLine } from "./run_line.js";
import { signed } from "./words.js";

/** @import { Tried, View } from "../../store/types.ts" */

const MOST_PX = 260;
const PATCHES_PX = [16, 24, 32, 48, 64];
const STRIDES_PX = [4, 8, 16, 32];
const FILLS = { grey: "grey", mean: "the mean", blur: "blur" };

/**
 * One patch after the other hidden from the network: what each is worth to the class, over the photo.
 * @param {import("../../store/flat.ts").Store} store
 * @returns {View & {draw: () => void}}
 */
export function occlusionMap(store) {
  const settings = { patch_px: 32, stride_px: 16, fill: /** @type {"grey" | "mean" | "blur"} */ ("grey") };
  let unit = "logit";
  /** @type {Tried | null} */
  let made = null;
  /** @type {[number, number] | null} what a person looks at; the patch that is worth most, until then */
  let chosen = null;
  let side = MOST_PX;

  const canvas = /** @type {HTMLCanvasElement} */ (
    el("canvas", { class: "sqv-occluded", tabindex: "0", role: "application", "aria-roledescription": "map of hidden patches" })
  );
  const said = el("div", { class: "sqv-cell-said", role: "status", "aria-live": "polite" });
  const legend = signedBar();
  const units = choices(
    "In which unit",
    [
      { value: "logit", text: "logit" },
      { value: "probability", text: "probability" },
    ],
    (value) => {
      unit = value;
      units.show(value);
      paint();
    },
  );
  /** @param {string} label @param {(string | number)[][]} options @param {"patch_px" | "stride_px" | "fill"} setting */
  const picker = (label, options, setting) => {
    const select = /** @type {HTMLSelectElement} */ (el("select", { class: "sqv-select", "aria-label": label }, ...options.map(([value, text]) => el("option", { value, text: String(text) }))));
    select.value = String(settings[setting]);
    select.addEventListener("change", () => {
      Object.assign(settings, { [setting]: setting === "fill" ? select.value : Number(select.value) });
      if (settings.stride_px > settings.patch_px) settings.stride_px = STRIDES_PX.filter((px) => px <= settings.patch_px).at(-1) ?? 4;
      chosen = null;
      draw();
    });
    return select;
  };
  const patch = picker("Size of the patch", PATCHES_PX.map((px) => [px, `${px} px`]), "patch_px");
  const stride = picker("From one patch to the next", STRIDES_PX.map((px) => [px, `every ${px} px`]), "stride_px");
  const fill = picker("What the patch shows", Object.entries(FILLS), "fill");
  const run = runLine(store, "occlusion", { invitation: "", unit: "patches hidden", settings: () => ({ ...settings }) });

  /** @param {number} at */
  const worth = (at) => {
    if (!made) return NaN;
    return unit === "logit" ? made.logit - (made.logits[at] ?? NaN) : made.probability - (made.probabilities[at] ?? NaN);
  };
  /** As it is written. @param {number} value */
  const inUnits = (value) => (unit === "logit" ? signed(value, 2) : `${signed(100 * value, 1)} points`);
  const count = () => (made ? made.rows * made.columns : 0);
  const largest = () => {
    let most = 0;
    for (let at = 0; at < count(); at += 1) if (Math.abs(worth(at)) > most) most = Math.abs(worth(at));
    return most;
  };
  /** @returns {[number, number]} */
  const looked = () => {
    if (!made) return [0, 0];
    if (chosen) return [Math.min(made.rows - 1, chosen[0]), Math.min(made.columns - 1, chosen[1])];
    let best = 0;
    for (let at = 0; at < count(); at += 1) if (worth(at) > (Number.isNaN(worth(best)) ? -Infinity : worth(best))) best = at;
    return [Math.floor(best / made.columns), best % made.columns];
  };

  /** The value of a patch; where it is not known yet, of the coarser grid's that stands nearest. @param {number} row @param {number} column */
  const known = (row, column) => {
    for (const apart of [1, 2, 4, 8]) {
      const value = worth((row - (row % apart)) * (made?.columns ?? 0) + column - (column % apart));
      if (!Number.isNaN(value)) return value;
    }
    return NaN;
  };

  const paint = () => {
    const photo = store.photo();
    const width = widthOf(element);
    if (!photo || !width) return;
    side = Math.min(MOST_PX, Math.max(160, width - 150));
    const drawn = sharp(canvas, side, side);
    drawn.filter = made ? "grayscale(1)" : "none"; // what has colour is the map
    drawn.drawImage(photo.seen, 0, 0, side, side);
    drawn.filter = "none";
    if (made) {
      const { rows, columns, stride_px: step, patch_px: size, input_px: input } = made;
      const [unitX, unitY] = [side / input[1], side / input[0]];
      const most = largest();
      const picture = oneMap(columns, rows, (at) => {
        const value = known(Math.floor(at / columns), at % columns);
        return Number.isNaN(value) ? 0 : signedPixel(value, most, store.get("palette"));
      });
      drawn.imageSmoothingEnabled = false;
      drawn.globalAlpha = 0.78;
      // A patch stands for the pixels round its centre, as far as the next one's.
      const first = (size - step) / 2;
      drawn.drawImage(picture, first * unitX, first * unitY, columns * step * unitX, rows * step * unitY);
      drawn.globalAlpha = 1;
      const [row, column] = looked();
      const box = /** @type {const} */ ([column * step * unitX, row * step * unitY, Math.min(size, input[1] - column * step) * unitX, Math.min(size, input[0] - row * step) * unitY]);
      drawn.lineWidth = 3.5;
      drawn.strokeStyle = token(canvas, "--bg");
      drawn.strokeRect(...box);
      drawn.lineWidth = 1.75;
      drawn.strokeStyle = token(canvas, "--accent");
      drawn.strokeRect(...box);
      legend.draw(most, inUnits, store.get("palette"));
    }
    legend.element.hidden = !made;
    tell();
  };

  const noneChanges = () => {
    if (store.whatIf().of("occlusion", settings)?.state !== "whole") return "";
    const larger = PATCHES_PX.find((px) => px > settings.patch_px);
    const grow = () => {
      settings.patch_px = larger ?? settings.patch_px;
      chosen = null;
      draw();
      canvas.focus({ preventScroll: true });
    };
    return el(
      "p",
      { class: "sqv-quiet" },
      "No patch of this size changes the answer. ",
      larger ? el("button", { class: "sqv-number", type: "button", text: `Try ${larger} px`, onclick: grow }) : "",
    );
  };

  const tell = () => {
    if (!made) {
      said.replaceChildren(el("p", { class: "sqv-quiet", text: "Each patch of the photo is hidden in turn, and the network asked again: what it can't do without is where it looked." }));
      canvas.setAttribute("aria-label", "Nothing has been hidden yet");
      return;
    }
    const [row, column] = looked();
    const at = row * made.columns + column;
    const [label, value] = [store.label(made.class_index).label, worth(at)];
    const flips = [];
    for (let index = 0; index < count(); index += 1) if (!Number.isNaN(worth(index)) && made.best[index] !== made.answer) flips.push(index);
    flips.sort((a, b) => worth(b) - worth(a));
    const now = made.best[at] ?? made.answer;
    const hasFlipped = now !== made.answer;
    const where = `rows ${row * made.stride_px}–${Math.min(row * made.stride_px + made.patch_px, made.input_px[0]) - 1}, columns ${column * made.stride_px}–${Math.min(column * made.stride_px + made.patch_px, made.input_px[1]) - 1}`;
    const first = flips[0];
    said.dataset["cell"] = `${row} ${column}`;
    said.dataset["worth"] = String(value);
    said.replaceChildren(
      ...(Number.isNaN(value)
        ? [el("p", { class: "sqv-quiet", text: "this patch has not been hidden yet" })]
        : [
            el("p", {}, "Without this patch"),
            el("p", { class: "sqv-from-to" }, `${label} ${percent(made.probability)} → `, el("b", { class: "sqv-num", text: percent(made.probabilities[at] ?? 0) })),
            el("p", { text: `logit ${made.logit.toFixed(2)} → ${(made.logits[at] ?? 0).toFixed(2)}` }),
            el("p", { class: hasFlipped ? "sqv-adds-more" : "sqv-quiet" }, hasFlipped ? el("b", { text: `It would say ${store.label(now).label}, ${percent(made.most[at] ?? 0)}.` }) : `It would still say ${store.label(now).label}.`),
          ]),
      el("p", { class: "sqv-quiet", text: where }),
      first === undefined
        ? noneChanges()
        : el("button", {
            class: "sqv-number",
            type: "button",
            text: `${flips.length} patch${flips.length === 1 ? "" : "es"} would change the answer`,
            title: "Go to the one that is worth most",
            onclick: () => {
              chosen = made && [Math.floor(first / made.columns), first % made.columns];
              paint();
            },
          }),
    );
    canvas.setAttribute("aria-label", Number.isNaN(value) ? "Not hidden yet" : `Patch in row ${row}, column ${column}: worth ${inUnits(value)}. Arrow keys move.`);
  };

  /** @param {PointerEvent | MouseEvent} event */
  const at = (event) => {
    if (!made) return;
    const box = canvas.getBoundingClientRect();
    const place = (/** @type {number} */ v, /** @type {number} */ input, /** @type {number} */ number) =>
      Math.min(number - 1, Math.max(0, Math.floor(((v / side) * input - (made ? (made.patch_px - made.stride_px) / 2 : 0)) / (made?.stride_px ?? 1))));
    const next = /** @type {[number, number]} */ ([place(event.clientY - box.top, made.input_px[0], made.rows), place(event.clientX - box.left, made.input_px[1], made.columns)]);
    if (chosen && next[0] === chosen[0] && next[1] === chosen[1]) return;
    chosen = next;
    paint();
  };
  canvas.addEventListener("pointermove", at);
  canvas.addEventListener("click", at);
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!made || !step) return;
    const [row, column] = looked();
    chosen = [Math.min(made.rows - 1, Math.max(0, row + (step[0] ?? 0))), Math.min(made.columns - 1, Math.max(0, column + (step[1] ?? 0)))];
    event.preventDefault();
    event.stopPropagation();
    paint();
  });

  let about = "";
  const draw = () => {
    const [, height, width] = store.network()?.input ?? [3, 227, 227];
    const trial = store.whatIf().of("occlusion", settings);
    made = trial?.made ?? null;
    // Another photo's places are other places.
    if ((trial?.basis ?? "") !== about) chosen = null;
    about = trial?.basis ?? "";
    patch.value = String(settings.patch_px);
    stride.value = String(settings.stride_px);
    for (const option of stride.options) option.disabled = Number(option.value) > settings.patch_px;
    const along = (/** @type {number} */ px) => Math.max(0, Math.ceil((px - settings.patch_px) / settings.stride_px)) + 1;
    run.draw(trial, `Hide ${(along(height) * along(width)).toLocaleString("en")} patches`);
    paint();
  };
  const element = el(
    "div",
    { class: "sqv-block sqv-occlusion" },
    el("header", { class: "sqv-spread" }, el("h2", { text: "Hide a patch" }), units.element),
    el("div", { class: "sqv-run-how" }, patch, stride, fill),
    run.element,
    el("div", { class: "sqv-evidence-map" }, canvas, said, legend.element),
  );
  units.show(unit);
  const observer = new ResizeObserver(paint);
  observer.observe(element);
  return { element, draw, close: () => observer.disconnect() };
}
