/** The box on the photo, and the small curves. */
import { type Box, type Size, within } from "../../../store/boxes.ts";
import type { InputBox } from "../../../store/judging.ts";

/** A box in the middle, half as wide and high: where the keyboard begins. */
export const middle = ({ width, height }: Size): InputBox =>
  within([width / 4, height / 4, width / 2, height / 2], { width, height });

/** What two corners span, in the input's pixels. */
export function spanned(from: [number, number], to: [number, number], size: Size): InputBox {
  const [left, top] = [Math.min(from[0], to[0]), Math.min(from[1], to[1])];
  return within([left, top, Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])], size);
}

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The box after a key: arrows move it, with Shift they size it; null where the key does neither. */
export function pressed(
  box: InputBox,
  { key, shiftKey }: { key: string; shiftKey: boolean },
  size: Size,
): InputBox | null {
  const step = STEPS[key];
  if (!step) return null;
  const px = Math.max(1, Math.round(Math.min(size.width, size.height) / 50));
  const [dx, dy] = [step[0] * px, step[1] * px];
  const [left, top, width, height] = box;
  if (shiftKey) return within([left, top, Math.max(1, width + dx), Math.max(1, height + dy)], size);
  const [x, y] = [
    Math.min(Math.max(0, left + dx), size.width - width),
    Math.min(Math.max(0, top + dy), size.height - height),
  ];
  return [x, y, width, height];
}

/** Where a box lies over a picture of the input, in shares of its sides, as CSS has it. */
export function shares([left, top, width, height]: InputBox | Box, size: Size) {
  const percent = (part: number, whole: number) => `${(100 * part) / whole}%`;
  return {
    left: percent(left, size.width),
    top: percent(top, size.height),
    width: percent(width, size.width),
    height: percent(height, size.height),
  };
}

export const CURVE = { width: 72, height: 30 };

/** A curve as an SVG path: values from `least` (below) to `most` (above), equally far apart from left to right. */
export function pathOf(values: readonly number[], [least, most]: [number, number], count = values.length): string {
  const x = (at: number) => (count > 1 ? (at / (count - 1)) * CURVE.width : CURVE.width / 2);
  const y = (value: number) => {
    const share = (Math.min(Math.max(value, least), most) - least) / (most - least);
    return CURVE.height * (1 - share);
  };
  return values.map((value, at) => `${at ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join("");
}
