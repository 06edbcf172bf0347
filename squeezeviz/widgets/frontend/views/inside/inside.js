import { el, icon, percent } from "../../dom.js";
import { precise, scaleOf, wordsOf } from "./words.js";
import { sweep } from "./sweep.js";
import { termRows } from "./terms.js";
import { whatItIs } from "./what_it_is.js";

/** @import { Calculation, Step, View } from "../../types.js" */

const [FIRST, MORE] = [10, 60];

/**
 * Any number, opened: the terms that add up to it, each of which opens further, down to the pixels of the photo; the path
 * that led there; and the kernel's window on its way over input and output.
 * @param {import("../../store.js").Store} store
 * @returns {View}
 */
export function insideNumber(store) {
  const crumbs = el("ol", { class: "sqv-crumbs" });
  const path = el("nav", { "aria-label": "Numbers opened one from the other" }, crumbs);
  const headline = el("p", { class: "sqv-equation", role: "status", "aria-live": "polite" });
  const problem = el("p", { class: "sqv-card-problem", role: "alert", hidden: true });
  const more = el("button", { class: "sqv-button sqv-more-terms", type: "button" });
  const rows = termRows(store);
  const window_ = sweep(store);
  const what = whatItIs(store);
  let count = FIRST;
  /** @type {Calculation | null} shown until the next is there */
  let before = null;
  /** @type {Map<string, number>} values of the numbers on the path, for its crumbs */
  const values = new Map();
  /** @param {Step} step */
  const keyOf = (step) => `${store.photo()?.id} ${store.photo()?.preset} ${step.layer} ${step.channel} ${step.cell}`;

  /** @param {Step} step @param {number} at @param {number} last */
  const crumb = (step, at, last) => {
    const { place, name } = wordsOf(store, step);
    const value = values.get(keyOf(step)) ?? store.calculation(step, FIRST).known?.value;
    const text = value === undefined ? "…" : step.layer === store.softmaxName() ? percent(value) : precise(value, Math.abs(value));
    return el(
      "li",
      {},
      el(
        "button",
        { type: "button", class: "sqv-crumb", "aria-current": at === last ? "step" : false, title: `${name}, ${place}`, onclick: () => store.back(at + 1) },
        el("b", { text }),
        el("span", { class: "sqv-quiet", text: name }),
        el("span", { class: "sqv-quiet", text: place }),
      ),
    );
  };

  const draw = () => {
    const steps = store.opened();
    const step = steps.at(-1);
    element.hidden = !step || !store.photo();
    if (!step || element.hidden) return window_.show(null);
    const isLive = Boolean(store.photo()?.isLive);
    const { known, problem: why } = isLive ? { known: null, problem: "While the camera is on, every number changes. Freeze a frame to look inside one." } : store.calculation(step, count);
    if (known) {
      before = known;
      values.set(keyOf(step), known.value);
      known.terms.forEach((term) => values.set(keyOf(term), term.value));
    }
    path.hidden = isLive;
    if (isLive) {
      [problem.hidden, problem.textContent, body.hidden] = [false, why, true];
      return window_.show(null);
    }
    const focused = crumbs.contains(document.activeElement);
    crumbs.replaceChildren(...steps.map((each, at) => crumb(each, at, steps.length - 1)));
    if (focused) /** @type {HTMLElement | null} */ (crumbs.querySelector("[aria-current]"))?.focus();
    problem.hidden = !why;
    problem.textContent = why;
    element.classList.toggle("sqv-late", !known && !why);
    const made = why ? null : (known ?? before);
    body.hidden = !made;
    if (!made) return;
    element.dataset["number"] = [made.layer, made.channel, ...made.cell].join(" ");
    headline.replaceChildren(...equation(made));
    rows.show(made);
    window_.show(made);
    what.show(made);
    more.hidden = made.count <= FIRST;
    more.textContent = count === FIRST ? `Show ${Math.min(MORE, made.count)} of ${made.count} terms` : `The largest ${FIRST} only`;
  };

  /** What the number is, as a sentence that begins with it. @param {Calculation} made */
  const equation = (made) => {
    const shown = made.kind === "softmax" ? percent(made.value) : precise(made.value, scaleOf(made));
    const products = `${made.count} products of a weight and a value`;
    const says = {
      sum: made.has_relu ? `= ReLU( bias + ${products} )` : `= bias + ${products}`,
      max: `= the largest of ${made.count} values`,
      mean: `= the mean of ${made.count} values`,
      copy: made.terms.length ? "= the same number, handed on" : "= a constant: no number of the image comes here",
      product: `= ${made.count} values multiplied`,
      function: `= ${made.formula}`,
      softmax: `= e to the logit, as a share of the ${made.count} classes' sum`,
      scaling: "= a pixel value of the resized photo × scale + offset: what the preprocessing did",
      blend: made.terms.length ? `= ${made.count} pixel${made.count > 1 ? "s" : ""} of the photo, blended, rounded to a whole pixel value` : "= padding: there is no pixel of the photo here",
    };
    return [el("b", { class: "sqv-value", text: shown, "data-value": made.value }), ` ${says[made.kind]}`];
  };

  more.addEventListener("click", () => {
    count = count === FIRST ? MORE : FIRST;
    draw();
  });

  const body = el(
    "div",
    { class: "sqv-inside-body" },
    el("div", { class: "sqv-sum" }, headline, rows.element, more),
    el("div", {}, window_.element, what.element),
  );
  const element = el(
    "section",
    { class: "sqv-inside", "aria-label": "Inside a number", tabindex: "-1", hidden: true },
    el(
      "header",
      { class: "sqv-maps-title" },
      el("h2", { class: "sqv-section-name", text: "Inside a number" }),
      el("span", { class: "sqv-quiet", text: "choose a term to open it, down to the photo; Backspace steps back" }),
      el("button", { class: "sqv-icon-button", type: "button", "aria-label": "Close the arithmetic", onclick: () => store.back(0) }, icon("close")),
    ),
    path,
    problem,
    body,
  );
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Backspace" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    store.back(store.opened().length - 1);
  });
  draw();
  const off = store.on(["inside", "photo", "photos", "tensor", "look", "network"], draw);
  return {
    element,
    close: () => {
      off();
      rows.close?.();
      window_.close?.();
    },
  };
}
