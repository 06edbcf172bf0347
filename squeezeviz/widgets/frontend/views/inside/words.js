/** How numbers are called and written. */

/** @import { Calculation, Step } from "../../types.js" */

const COLOURS = ["red", "green", "blue"];

/**
 * A number with as many decimals as its company has: five digits of the largest, so that sums can be followed.
 * @param {number} value
 * @param {number} largest
 */
export function precise(value, largest) {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const whole = largest > 0 ? Math.floor(Math.log10(largest)) + 1 : 1;
  const decimals = Math.min(9, Math.max(0, 5 - whole));
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** The largest size among a calculation's parts, which decides how many digits are shown. @param {Calculation} made */
export const scaleOf = (made) => Math.max(Math.abs(made.value), Math.abs(made.bias), ...made.terms.map(({ product }) => Math.abs(product)));

/**
 * What a number is called, and where it stands.
 * @param {import("../../store.js").Store} store
 * @param {Step} step
 */
export function wordsOf(store, { layer, channel, cell }) {
  const network = store.network();
  const found = network?.layers.find(({ name }) => name === layer);
  const at = `${cell[0]}, ${cell[1]}`;
  if (!found) {
    if (layer === "photo" || layer === "resized") return { name: layer === "photo" ? "photo" : "resized photo", place: `${network?.input[0] === 1 ? "grey" : COLOURS[channel]} at ${at}` };
    return { name: "preprocessed pixel", place: `channel ${channel} at ${at}` };
  }
  const isClass = layer === network?.logits || found.kind === "softmax";
  if (isClass) return { name: found.kind === "softmax" ? "probability" : "logit", place: store.label(channel).label };
  const isMap = layer === store.cams()?.name;
  return { name: layer, place: isMap ? `${store.label(channel).label} at ${at}` : `channel ${channel} at ${at}` };
}
