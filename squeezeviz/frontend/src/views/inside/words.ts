/** How numbers are called and written. */
import type { Networks } from "../../store/networks.ts";
import type { Calculation, Step } from "../../store/types.ts";
import { percent } from "../../ui/format.ts";

const COLOURS = ["red", "green", "blue"];

/**
 * A number with as many decimals as its company has: five digits of the largest, so that sums can be followed.
 *
 * @param largest Of its company.
 */
export function precise(value: number, largest: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const whole = largest > 0 ? Math.floor(Math.log10(largest)) + 1 : 1;
  const decimals = Math.min(9, Math.max(0, 5 - whole));
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** By its own size. */
const digits = (value: number): string => precise(value, Math.max(Math.abs(value), 1e-9) * 10);

export const product = (weight: number, value: number): string => `${digits(weight)} × ${digits(value)}`;

/** Of rounding. */
export const residualText = (residual: number): string =>
  residual ? residual.toExponential(1).replaceAll("-", "−") : "0";

/** Two digits, for want of room. */
export function brief(value: number): string {
  const text = Math.abs(value) >= 9.95 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
  return text.replace("-", "−").replace(/^(−?)0\./, "$1.");
}

/** The largest size among a calculation's parts, which decides how many digits are shown. */
export const scaleOf = ({ value, bias, terms }: Calculation): number =>
  Math.max(Math.abs(value), Math.abs(bias), ...terms.map(({ product }) => Math.abs(product)));

export interface Called {
  name: string;
  /** Where it stands. */
  place: string;
}

export type Names = Pick<Networks, "network" | "label" | "classLayer" | "classMaps">;

/** What a number is called, and where it stands. */
export function wordsOf(networks: Names, { layer, channel, cell }: Step): Called {
  const network = networks.network();
  const found = network?.layers.find(({ name }) => name === layer);
  const at = `${cell[0]}, ${cell[1]}`;
  if (!found && layer === networks.classMaps()?.name)
    return { name: "class activation map", place: `${networks.label(channel).label} at ${at}` };
  if (!found) {
    if (layer !== "photo" && layer !== "resized")
      return { name: "preprocessed pixel", place: `channel ${channel} at ${at}` };
    const colour = network?.input[0] === 1 ? "grey" : COLOURS[channel];
    return { name: layer === "photo" ? "photo" : "resized photo", place: `${colour} at ${at}` };
  }
  const isSoftmax = found.kind === "softmax";
  if (isSoftmax || layer === network?.logits)
    return { name: isSoftmax ? "probability" : "logit", place: networks.label(channel).label };
  const isMap = layer === networks.classLayer()?.name;
  return { name: layer, place: isMap ? `${networks.label(channel).label} at ${at}` : `channel ${channel} at ${at}` };
}

/** The number itself. */
export const valueText = (made: Calculation): string =>
  made.kind === "softmax" ? percent(made.value) : precise(made.value, scaleOf(made));

/** What the number is, as a sentence that begins with it. */
export function equation({ kind, count, has_relu: hasRelu, formula, terms }: Calculation): string {
  const products = `bias + ${count} products of a weight and a value`;
  const pixels = `${count} pixel${count > 1 ? "s" : ""} of the photo`;
  const says: Record<Calculation["kind"], string> = {
    sum: hasRelu ? `ReLU( ${products} )` : products,
    max: `the largest of ${count} values`,
    mean: `the mean of ${count} values`,
    copy: terms.length ? "the same number, handed on" : "a constant: no number of the image comes here",
    product: `${count} values multiplied`,
    function: formula,
    softmax: `e to the logit, as a share of the ${count} classes' sum`,
    scaling: "a pixel value of the resized photo × scale + offset: what the preprocessing did",
    blend: terms.length
      ? `${pixels}, blended, rounded to a whole pixel value`
      : "padding: there is no pixel of the photo here",
  };
  return `= ${says[kind]}`;
}
