import { el, icon, percent, say } from "../dom.js";
import { indexOf, pixels } from "../palette.js";
import { number } from "./number.js";

/** @import { Photo, View } from "../types.js" */

const SHOWN = 5;
const MAP_PX = 28;

/**
 * The most probable classes as bars, with probability and logit; any other class by search; those that are pinned stay.
 *
 * @param {import("../store.js").Store} store
 * @param {{isPlain?: boolean}} [how] Plain: the top 5 alone, without maps, search and pins.
 * @returns {View & {search: () => void, clear: () => boolean}}
 */
export function topClasses(store, { isPlain = false } = {}) {
  const rows = el("ol", { class: "sqv-rows" });
  const pinned = el("ol", { class: "sqv-rows sqv-pinned", "aria-label": "Pinned classes" });
  const found = el("ol", { class: "sqv-rows sqv-found", "aria-label": "Classes found" });
  const said = el("p", { class: "sqv-quiet sqv-said" });
  const preprocessing = el("p", { class: "sqv-quiet" });
  const among = el("p", { class: "sqv-quiet sqv-among" });
  const caution = el("p", { class: "sqv-caution", role: "note", hidden: true });
  const field = /** @type {HTMLInputElement} */ (el("input", { class: "sqv-field", type: "search", autocomplete: "off", spellcheck: "false" }));
  const search = el("div", { class: "sqv-search" }, icon("search"), field, el("kbd", { text: "/" }));

  /** A class's probability or logit, to be opened. @param {string} name @param {string} text @param {string} layer @param {number} channel */
  const figure = (name, text, layer, channel) =>
    isPlain || !layer ? el("span", { class: name, text }) : number(store, text, { layer, channel, cell: [0, 0] }, { class: name });

  /** @param {Photo} photo @param {number} index @param {number} rank */
  const row = (photo, index, rank) => {
    const { label, wnid } = store.label(index);
    const probability = photo.probabilities[index] ?? 0;
    const fill = el("span", { class: "sqv-fill" });
    fill.style.width = `${Math.max(probability * 100, 0.4)}%`;
    const isChosen = !isPlain && index === store.classIndex();
    const isPinned = store.get("pinned").includes(index);
    const element = el(
      "li",
      { class: `sqv-row${rank === 0 ? " sqv-first" : ""}${isChosen ? " sqv-chosen" : ""}`, "data-index": index },
      isPlain ? false : el("canvas", { class: "sqv-cam", width: MAP_PX, height: MAP_PX, "aria-hidden": "true" }),
      el("span", { class: "sqv-label", text: label, title: `class ${index}${wnid && `, ${wnid}`}` }),
      figure("sqv-p", percent(probability), store.softmaxName(), index),
      figure("sqv-logit", (photo.logits[index] ?? 0).toFixed(2), store.network()?.logits ?? "", index),
      el("span", { class: "sqv-track", "aria-hidden": "true" }, fill),
    );
    if (isPlain) return element;
    element.append(
      el("button", {
        class: "sqv-cover",
        type: "button",
        "data-class": index,
        "aria-pressed": String(isChosen),
        "aria-label": `${label}, ${percent(probability)}`,
        onclick: () => store.chooseClass(index),
      }),
      el(
        "button",
        {
          class: "sqv-pin",
          type: "button",
          "aria-pressed": String(isPinned),
          "aria-label": isPinned ? `Unpin ${label}` : `Pin ${label}`,
          title: isPinned ? "Unpin" : "Pin: stays on show for the next photos (Space)",
          onclick: () => store.togglePin(index),
        },
        icon("pin"),
      ),
    );
    return element;
  };

  /** The same class in the same place, with new figures; false where it is another one. @param {HTMLElement} element @param {Photo} photo @param {number} index */
  const refresh = (element, photo, index) => {
    const probability = photo.probabilities[index] ?? 0;
    const [p, logit, fill, cover, pin] = [".sqv-p", ".sqv-logit", ".sqv-fill", ".sqv-cover", ".sqv-pin"].map((name) => /** @type {HTMLElement | null} */ (element.querySelector(name)));
    const isPinned = String(store.get("pinned").includes(index));
    if (element.dataset["index"] !== `${index}` || !p || !logit || !fill || (pin && pin.getAttribute("aria-pressed") !== isPinned)) return false;
    say(p, percent(probability));
    say(logit, (photo.logits[index] ?? 0).toFixed(2));
    fill.style.width = `${Math.max(probability * 100, 0.4)}%`;
    if (!cover) return true;
    const isChosen = index === store.classIndex();
    element.classList.toggle("sqv-chosen", isChosen);
    cover.setAttribute("aria-pressed", String(isChosen));
    cover.setAttribute("aria-label", `${store.label(index).label}, ${percent(probability)}`);
    return true;
  };

  /** Which classes a search finds: those whose name begins so first, then by probability. @param {Photo} photo */
  const matches = (photo) => {
    const text = field.value.trim().toLowerCase();
    if (!text) return [];
    const rank = (/** @type {number} */ index) => {
      const { label, wnid, also } = store.label(index);
      const names = [label, ...also, wnid, String(index)].map((name) => name.toLowerCase());
      if (!names.some((name) => name.includes(text))) return null;
      return names[0]?.startsWith(text) ? 0 : names.some((name) => name.startsWith(text)) ? 1 : 2;
    };
    return photo.ranking
      .map((index) => ({ index, rank: rank(index) }))
      .filter((match) => match.rank !== null)
      .sort((a, b) => Number(a.rank) - Number(b.rank))
      .slice(0, 6)
      .map(({ index }) => index);
  };

  const drawMaps = () => {
    const layer = isPlain ? null : store.cams();
    const tensor = layer && store.tensor(layer.name);
    const canvases = /** @type {HTMLCanvasElement[]} */ ([...element.querySelectorAll(".sqv-cam")]);
    for (const canvas of canvases) canvas.hidden = !layer;
    if (!tensor) return;
    const [, height, width] = tensor.shape;
    const indices = canvases.map((canvas) => Number(canvas.parentElement?.dataset["index"]));
    const top = Math.max(...indices.map((index) => tensor.max[index] ?? 0)); // one scale for all that are shown
    const table = pixels(store.get("palette"));
    canvases.forEach((canvas, at) => {
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      const image = context.createImageData(width, height);
      const out = new Uint32Array(image.data.buffer);
      const start = (indices[at] ?? 0) * out.length;
      for (let cell = 0; cell < out.length; cell += 1) out[cell] = table[indexOf(tensor.values[start + cell] ?? 0, top)] ?? 0;
      context.putImageData(image, 0, 0);
    });
  };

  const draw = () => {
    const photo = store.photo();
    const labelSpace = store.answering()?.label_space;
    say(among, labelSpace ? `among ${labelSpace}` : "");
    if (!photo) return;
    caution.hidden = !photo.caution;
    caution.textContent = photo.caution;
    const focused = element.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
    const [focusedClass, isPin] = [focused?.closest("li")?.dataset["index"], focused?.classList.contains("sqv-pin")];
    const top = photo.ranking.slice(0, SHOWN);
    // In place where it is the same class: while the camera is on, this comes many times a second.
    top.forEach((index, rank) => {
      const before = rows.children[rank];
      if (photo.isMoving && before instanceof HTMLElement && refresh(before, photo, index)) return;
      const made = row(photo, index, rank);
      if (before) before.replaceWith(made);
      else rows.append(made);
    });
    while (rows.children.length > top.length) rows.lastElementChild?.remove();
    const text = field.value.trim();
    const matching = isPlain ? [] : matches(photo);
    found.replaceChildren(...matching.map((index) => row(photo, index, -1)));
    if (text && !matching.length) found.replaceChildren(el("li", { class: "sqv-quiet", text: `No class is called “${text}”.` }));
    const kept = /** @type {number[]} */ (store.get("pinned")).filter((index) => index < photo.logits.length);
    const chosen = store.get("class_index");
    // The chosen class is always on show, pinned or not.
    const extra = chosen !== null && chosen < photo.logits.length && ![...top, ...kept, ...matching].includes(chosen) ? [chosen] : [];
    pinned.replaceChildren(...(isPlain ? [] : [...kept, ...extra].map((index) => row(photo, index, -1))));
    const share = top.reduce((sum, index) => sum + (photo.probabilities[index] ?? 0), 0);
    say(said, `These ${top.length} hold ${percent(share)} of the probability; the other classes share the rest.`);
    say(preprocessing, photo.preprocessing_words);
    const invitation = `Search ${photo.logits.length} classes`;
    if (field.placeholder !== invitation) {
      field.placeholder = invitation;
      field.setAttribute("aria-label", invitation);
    }
    if (focusedClass !== undefined) {
      const again = element.querySelector(`li[data-index="${focusedClass}"] .${isPin ? "sqv-pin" : "sqv-cover"}`);
      if (again instanceof HTMLElement) again.focus();
    }
  };
  const drawAll = () => {
    draw();
    drawMaps();
  };

  field.addEventListener("input", drawAll);
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") {
      const first = found.querySelector("li[data-index]");
      if (first instanceof HTMLElement) store.chooseClass(Number(first.dataset["index"]));
    } else if (event.key === "Escape") {
      if (!clear()) field.blur();
    } else if (event.key === "ArrowDown") {
      const next = found.querySelector(".sqv-cover");
      if (next instanceof HTMLElement) next.focus();
    }
  });

  const clear = () => {
    if (!field.value) return false;
    field.value = "";
    drawAll();
    return true;
  };

  const element = el(
    "section",
    { class: isPlain ? "sqv-prediction sqv-plain" : "sqv-prediction", "aria-label": "Prediction" },
    el(
      "div",
      { class: "sqv-heads" },
      el("h2", { text: "Prediction" }),
      el("span", { class: "sqv-quiet", text: "p" }),
      el("span", { class: "sqv-quiet", text: "logit", title: "The number before softmax: the mean of the class's own map" }),
    ),
    among,
    caution,
    rows,
    isPlain ? false : pinned,
    isPlain ? false : search,
    isPlain ? false : found,
    said,
    preprocessing,
  );
  drawAll();
  const offs = [store.on(["photo", "class", "network"], draw), store.on(["photo", "class", "network", "tensor", "look"], drawMaps)];
  return {
    element,
    search: () => field.focus(),
    clear,
    close: () => offs.forEach((off) => off()),
  };
}
