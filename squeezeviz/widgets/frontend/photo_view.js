import { el } from "./dom.js";

/** @import { Photo } from "./types.js" */

/** One photo on a square stage: as it is, with a frame round what the network sees; or as the network sees it. */
export function photoView() {
  const picture = /** @type {HTMLImageElement} */ (el("img", { class: "sqv-picture", alt: "" }));
  const frame = el("div", { class: "sqv-frame", "aria-hidden": "true" });
  const fitted = el("div", { class: "sqv-fitted" }, picture, frame);
  const caption = el("div", { class: "sqv-caption" });
  /** @type {Photo | null} */
  let shown = null;
  let view = "original";

  const choices = [
    { value: "original", text: "Original" },
    { value: "seen", text: "As the network sees it" },
  ].map(({ value, text }) => el("button", { class: "sqv-choice", type: "button", role: "radio", "data-value": value, text }));
  const toggle = el("div", { class: "sqv-toggle", role: "radiogroup", "aria-label": "View of the photo" }, ...choices);

  const draw = () => {
    for (const choice of choices) {
      const isChosen = choice.dataset["value"] === view;
      choice.setAttribute("aria-checked", String(isChosen));
      choice.tabIndex = isChosen ? 0 : -1;
    }
    if (!shown) return;
    const isOriginal = view === "original";
    const [width, height] = isOriginal ? shown.size : [1, 1];
    picture.src = isOriginal ? shown.original : shown.seen;
    picture.alt = isOriginal ? shown.name : `${shown.name} as the network sees it`;
    picture.classList.toggle("sqv-pixels", !isOriginal);
    fitted.style.setProperty("--ratio", String(width / height));
    fitted.classList.toggle("sqv-tall", height > width);
    const [left, top, right, bottom] = shown.visible;
    frame.hidden = !isOriginal;
    frame.style.inset = `${top * 100}% ${(1 - right) * 100}% ${(1 - bottom) * 100}% ${left * 100}%`;
    const size = isOriginal ? `${shown.size[0]} × ${shown.size[1]} px` : "227 × 227 px";
    caption.replaceChildren(
      el("span", { class: "sqv-name", text: shown.name, title: shown.name }),
      el("span", { class: "sqv-quiet", text: size }),
      shown.notes.length ? el("span", { class: "sqv-quiet sqv-notes", text: shown.notes.join("; ") }) : "",
    );
  };

  /** @param {string} value */
  const choose = (value) => {
    view = value;
    draw();
  };
  for (const choice of choices) choice.addEventListener("click", () => choose(choice.dataset["value"] ?? "original"));
  toggle.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    choose(view === "original" ? "seen" : "original");
    choices.find((choice) => choice.tabIndex === 0)?.focus();
  });
  draw();

  return {
    element: el("section", { class: "sqv-photo", "aria-label": "Photo" }, toggle, el("div", { class: "sqv-stage" }, fitted), caption),
    /** @param {Photo} photo */
    show: (photo) => {
      shown = photo;
      draw();
    },
  };
}
