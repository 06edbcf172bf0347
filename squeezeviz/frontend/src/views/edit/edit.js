import { choices, el, percent, say } from "../../dom.js";
import { editLayer } from "./layer.js";
import { createTools, GREY, SHAPES, TOOLS } from "./tools.js";

/** @import { View } from "../../store/types.ts" */
/** @typedef {import("../../store/flat.ts").Store} Store */

const COLOURS = [
  { name: "grey, 128", value: GREY },
  { name: "black", value: "#000000" },
  { name: "white", value: "#ffffff" },
  { name: "red", value: "#d0342c" },
  { name: "green", value: "#2e8b3d" },
  { name: "blue", value: "#2d62c4" },
];

/**
 * Editing, for the stage: a button that begins it, the photo to be painted on, and the tools with what they have done to the
 * answer.
 * @param {Store} store
 * @returns {{button: HTMLElement, paper: HTMLElement, layer: HTMLElement, panel: HTMLElement, press: (event: KeyboardEvent) => void, close: () => void}}
 */
export function editing(store) {
  const { edit } = store;
  const tools = createTools(store);
  const layer = editLayer(store, tools);
  const button = el("button", { class: "sqv-button sqv-edit-button", type: "button", text: "Edit", title: "Paint over, blur or cut parts of the photo, and see the answer move" });
  button.addEventListener("click", () => {
    const photo = store.photo();
    if (!photo) return;
    store.set({ view: "original" });
    edit.begin(photo);
  });
  const panel = editPanel(store, tools);

  /** Keys for the whole of the photo's section while it is edited. @param {KeyboardEvent} event */
  const press = (event) => {
    if (edit.status() !== "on") return;
    const target = /** @type {HTMLElement} */ (event.target);
    const isUndone = undoKey(store, event);
    const by = event.ctrlKey || event.metaKey || event.altKey ? 0 : { "[": -1, "]": 1 }[event.key];
    if (by) tools.resize(by);
    else if (event.key === "Escape" && !target.closest("select, dialog")) escape();
    else if (!isUndone) return;
    event.preventDefault();
    event.stopPropagation();
  };
  // A step back: from the rectangle, then from the mode. What was painted stays.
  const escape = () => {
    if (edit.drawing()?.floating()) edit.drawing()?.end();
    else {
      edit.rest();
      button.focus();
    }
  };

  let before = edit.status();
  const draw = () => {
    const status = edit.status();
    const photo = store.photo();
    button.hidden = !store.can("edit") || !photo || status === "on" || store.isSilent();
    /** @type {HTMLButtonElement} */ (button).disabled = status === "starting";
    // Who has begun it goes on from the photo.
    if (before === "starting" && status === "on" && !layer.element.hidden) layer.element.focus({ preventScroll: true });
    if (!(status === "on" && layer.element.hidden)) before = status;
  };
  draw();
  const off = store.on(["edit", "photo", "setting", "silent"], draw);
  return {
    button,
    paper: layer.paper,
    layer: layer.element,
    panel: panel.element,
    press,
    close: () => {
      off();
      layer.close?.();
      panel.close?.();
    },
  };
}

/** Undo and redo, as everywhere; whether it was one of them. @param {Store} store @param {KeyboardEvent} event */
export function undoKey(store, event) {
  if (store.edit.status() !== "on" || !(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) store.edit.drawing()?.undo();
  else if (key === "y" || (key === "z" && event.shiftKey)) store.edit.drawing()?.redo();
  else return false;
  return true;
}

/** @param {Store} store @param {import("./tools.js").Tools} tools @returns {View} */
function editPanel(store, tools) {
  const { edit } = store;
  const effect = el("p", { class: "sqv-edit-effect" });
  const copy = el("p", { class: "sqv-quiet", hidden: true });
  const tool = choices("What it does", TOOLS, (value) => tools.choose({ tool: /** @type {any} */ (value) }), "sqv-wide");
  const shape = choices("Its shape", SHAPES, (value) => {
    edit.drawing()?.end();
    tools.choose({ shape: /** @type {any} */ (value) });
  });
  const size = /** @type {HTMLInputElement} */ (el("input", { type: "range", min: 0, max: 100, step: 1, title: "Size of the brush ([ and ])", "aria-label": "Size of the brush" }));
  size.addEventListener("input", () => tools.slide(Number(size.value)));
  const pixels = el("span", { class: "sqv-quiet sqv-edit-size" });
  const sizes = el("label", { class: "sqv-edit-sizes" }, size, pixels);
  const swatches = COLOURS.map(({ name, value }) => el("button", { class: "sqv-swatch", type: "button", "data-colour": value, "aria-label": `Paint in ${name}`, title: name, onclick: () => tools.choose({ colour: value, isMean: false }) }));
  swatches.forEach((swatch) => (swatch.style.background = swatch.dataset["colour"] ?? ""));
  const mean = el("button", { class: "sqv-swatch sqv-swatch-mean", type: "button", "aria-label": "Paint in the photo's mean colour", title: "the photo's mean colour", onclick: () => tools.choose({ isMean: true }) });
  const own = /** @type {HTMLInputElement} */ (el("input", { type: "color", value: "#e0a030", class: "sqv-swatch", "aria-label": "Paint in a colour of your own", title: "a colour of your own; Alt-click takes one from the photo" }));
  own.addEventListener("input", () => tools.choose({ colour: own.value, isMean: false }));
  const colours = el("div", { class: "sqv-swatches", role: "group", "aria-label": "Colour" }, mean, ...swatches, own, el("span", { class: "sqv-quiet", text: "Alt-click picks" }));

  const plain = (/** @type {string} */ text, /** @type {string} */ title, /** @type {() => void} */ onclick) => /** @type {HTMLButtonElement} */ (el("button", { class: "sqv-button", type: "button", text, title, onclick }));
  const undo = plain("Undo", "Take the last step back (Ctrl + Z)", () => edit.drawing()?.undo());
  const redo = plain("Redo", "Do it again (Ctrl + Shift + Z)", () => edit.drawing()?.redo());
  const reset = plain("Reset", "The photo as it was; can be undone", () => edit.drawing()?.reset());
  const compare = plain("Compare", "Hold the photo as it was, and see both side by side below (h)", () => (store.held() ? store.letGo() : store.hold()));
  const keep = el("button", { class: "sqv-button sqv-primary", type: "button", text: "Keep as a photo", title: "Make a photo of its own of what is there now", onclick: () => edit.keep() });
  const resume = el("button", { class: "sqv-button sqv-primary", type: "button", text: "Go on", title: "Back to what you were painting", onclick: () => edit.resume() });
  const discard = plain("Discard", "Let go of what was painted", () => edit.discard());
  const done = plain("Done", "Nothing was painted: back to the photo", () => edit.discard());
  const resting = el("b", {});
  const steps = el("div", { class: "sqv-edit-steps" }, undo, redo, reset, compare);
  const set = el("div", { class: "sqv-edit-tools" }, tool.element, el("div", { class: "sqv-edit-shape" }, shape.element, sizes), colours);
  const element = el("div", { class: "sqv-edit-panel", role: "group", "aria-label": "Edit the photo", hidden: true }, effect, copy, set, steps, el("div", { class: "sqv-edit-steps" }, resting, resume, keep, done, discard));

  /** What the edit has done to the answer. */
  const tell = () => {
    const [was, is] = [edit.before(), edit.shown()];
    const chosen = /** @type {number | null} */ (store.get("class_index"));
    const index = chosen !== null && was && chosen < was.logits.length ? chosen : was?.ranking[0];
    effect.replaceChildren();
    if (!was || !is || index === undefined) return;
    const [first, now] = [was.probabilities[index] ?? 0, is.probabilities[index] ?? 0];
    const top = is.ranking[0] ?? index;
    const { label } = store.label(index);
    const change = (is.logits[index] ?? 0) - (was.logits[index] ?? 0);
    if (!edit.drawing()?.isEdited() && change === 0) {
      effect.append(`${label} ${percent(first)}. Paint on the photo, and see what becomes of it.`);
      return;
    }
    effect.append(
      `${label} ${percent(first)} → `,
      el("b", { text: percent(now) }),
      `, logit ${(was.logits[index] ?? 0).toFixed(2)} → ${(is.logits[index] ?? 0).toFixed(2)} (${change < 0 ? "−" : "+"}${Math.abs(change).toFixed(2)})`,
    );
    if (top !== index) effect.append("; now ", el("b", { class: "sqv-adds-more", text: `${store.label(top).label} ${percent(is.probabilities[top] ?? 0)}` }));
  };

  const draw = () => {
    const [status, drawing, source] = [edit.status(), edit.drawing(), edit.source()];
    const isHere = status === "on";
    element.hidden = !drawing || (status !== "on" && status !== "resting") || !edit.shown();
    if (!drawing || element.hidden) return;
    element.classList.toggle("sqv-resting", !isHere);
    element.dataset["shown"] = String(edit.count());
    element.dataset["answered"] = String(edit.isAnswered());
    for (const each of [set, steps, effect]) each.hidden = !isHere;
    const isEdited = drawing.isEdited();
    const isBusy = edit.isKeeping();
    resting.hidden = resume.hidden = isHere;
    resting.textContent = isHere ? "" : `Edit of ${source.name} rests`;
    keep.hidden = discard.hidden = !isEdited;
    done.hidden = !isHere || isEdited;
    keep.classList.toggle("sqv-primary", isHere);
    for (const each of [keep, discard]) /** @type {HTMLButtonElement} */ (each).disabled = isBusy;
    const isCopy = source.size[0] !== drawing.width || source.size[1] !== drawing.height;
    copy.hidden = !isHere || !isCopy;
    if (isCopy) say(copy, `${source.size[0]} × ${source.size[1]} px are more than can be sent at each stroke: this is a copy of ${drawing.width} × ${drawing.height}, and the answer before is that to the copy.`);
    if (!isHere) return;
    const chosen = tools.get();
    tool.show(chosen.tool);
    shape.show(chosen.shape);
    sizes.hidden = chosen.shape !== "brush";
    if (document.activeElement !== size) size.value = String(tools.slider());
    say(pixels, `${Math.round(tools.size())} px`);
    colours.hidden = chosen.tool !== "paint";
    mean.style.background = drawing.mean;
    const { colour } = tools.ink();
    for (const each of [mean, ...swatches]) each.setAttribute("aria-pressed", String(each === mean ? chosen.isMean : !chosen.isMean && each.dataset["colour"] === colour));
    const isOwn = !chosen.isMean && !COLOURS.some(({ value }) => value === colour);
    own.classList.toggle("sqv-swatch-own", isOwn);
    if (isOwn) own.value = colour;
    enable(undo, drawing.canUndo());
    enable(redo, drawing.canRedo());
    enable(reset, isEdited);
    compare.setAttribute("aria-pressed", String(store.held() !== null));
    tell();
  };
  /** Who was on a button that is of no use any more goes on from the photo. @param {HTMLButtonElement} each @param {boolean} is */
  const enable = (each, is) => {
    if (!is && document.activeElement === each) /** @type {HTMLElement | null} */ (element.closest(".sqv-photo")?.querySelector(".sqv-edit-layer"))?.focus();
    each.disabled = !is;
  };
  draw();
  return { element, close: store.on(["edit", "photo", "class", "inside", "photos"], draw) };
}
