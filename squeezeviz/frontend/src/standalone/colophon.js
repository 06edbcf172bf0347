/** What the page says of itself: whose numbers these are, where they were computed, and how far that is from Python. */
import { el } from "../dom.js";
import { sizeOf } from "./bytes.js";

/** @import { View } from "../store/types.ts" */
/** @typedef {import("./host.js").Host} Host */

/** @param {number} characters */
const megabytes = (characters) => `${(characters / 1e6).toFixed(1)} MB`;

/** @param {Host} host */
export function colophon(host) {
  const { about, model, weights, photos } = host.contents;
  const blocks = document.querySelectorAll('script[id^="sqv-block-"]');
  const whole = [...blocks].reduce((sum, { textContent }) => sum + (textContent?.length ?? 0), 0);
  const network = Object.values(weights).reduce((sum, { block }) => sum + sizeOf(block), 0);
  const computed = el("p", { class: "sqv-computed", "aria-live": "polite" });
  const draw = () => {
    const { layers, done, ms, difference, compared, problem } = host.state;
    if (problem) computed.textContent = `The layers could not be computed: ${problem}`;
    else if (!ms || done < layers) computed.textContent = `Computing the layers on this page, from the weights in this file: ${done} of ${layers || model.layers.length} …`;
    else {
      const far = compared
        ? `Largest difference from Python’s values, of ${compared.toLocaleString("en")} compared: ${difference.size.toExponential(1)} of the layer’s largest${difference.layer ? ` (${difference.layer})` : ""}.`
        : "";
      computed.textContent = `All ${layers} layers were computed on this page, from the weights in this file, in ${(ms / 1000).toFixed(2)} s. Nothing is quantised. ${far}`;
    }
  };
  draw();
  const element = el(
    "div",
    { class: "sqv-colophon-words" },
    computed,
    el("p", {
      text:
        `${model.name}, sha256 ${about.sha256.slice(0, 12)}…, ${about.parameters.toLocaleString("en")} parameters in single precision (${megabytes(network)}); ` +
        `${photos.length} photo${photos.length === 1 ? "" : "s"} (${megabytes(whole - network)}). ` +
        `The answers’ logits are Python’s. squeezeviz ${about.version}, ${about.date}. This page asks no host for anything.`,
    }),
  );
  return { element, draw };
}
