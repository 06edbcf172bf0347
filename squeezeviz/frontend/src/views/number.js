import { el } from "../dom.js";

/** @import { Step } from "../store/types.ts" */

/**
 * A number that opens into its arithmetic.
 * @param {import("../store/flat.ts").Store} store
 * @param {string} text
 * @param {Step} step Which number it is.
 * @param {Record<string, unknown>} [properties]
 */
export function number(store, text, step, properties = {}) {
  return el("button", {
    ...properties,
    class: `sqv-number ${properties["class"] ?? ""}`,
    type: "button",
    text,
    title: "Show the arithmetic (=)",
    "aria-label": `${text}: show the arithmetic`,
    onclick: (/** @type {Event} */ event) => {
      event.stopPropagation();
      store.open(step);
    },
  });
}
