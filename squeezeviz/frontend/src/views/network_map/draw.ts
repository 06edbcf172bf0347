/** What the photo changes in the architecture diagram: how strongly layers activate on it, and its answer. */
import type { Photo } from "../../store/types.ts";
import type { Unit } from "../../store/units.ts";
import type { StrengthLine } from "./layout.ts";

/** Of a layer; 0 where the network's numbers overflow, and there is nothing to draw. */
function strengthOf(rms: Record<string, number>, layer: string): number {
  const strength = rms[layer] ?? 0;
  return Number.isFinite(strength) ? strength : 0;
}

/** One scale for all: the strongest of the units that make maps. */
export function strongestOf(units: Unit[], rms: Record<string, number>): number {
  const maps = units.filter(
    ({ form, output: { shape } }) => form !== "softmax" && shape.length === 3 && shape[1] !== 1,
  );
  return Math.max(1e-9, ...maps.map(({ output }) => strengthOf(rms, output.name)));
}

/** @param pieces One for each part of each line, in their order. */
export function paintStrengths(
  pieces: Element,
  lines: StrengthLine[],
  rms: Record<string, number>,
  most: number,
): void {
  let at = 0;
  for (const line of lines) {
    let x = line.x;
    for (const share of sharesOf(line, rms, most)) {
      const piece = pieces.children[at];
      piece?.setAttribute("x", x.toFixed(1));
      piece?.setAttribute("width", (share * line.width).toFixed(1));
      x += share * line.width;
      at += 1;
    }
  }
}

/** Of the whole line. What several layers give together is shared by their squares. */
export function sharesOf({ unit, parts }: StrengthLine, rms: Record<string, number>, most: number): number[] {
  const length = Math.min(1, strengthOf(rms, unit.output.name) / most);
  const squares = parts.map(({ layer }) => strengthOf(rms, layer) ** 2);
  const sum = squares.reduce((a, b) => a + b, 0) || 1;
  return squares.map((square) => (length * square) / sum);
}

const LONGEST_PX = 26;

/** The most probable classes, as bars behind the softmax. */
export function paintAnswer(bars: Element, photo: Photo | null): void {
  [...bars.children].forEach((bar, row) => {
    const index = photo?.ranking[row];
    const p = index === undefined ? null : photo?.probabilities[index] || 0; // NaN too
    bar.setAttribute("width", p === null ? "0" : String(Math.max(1, LONGEST_PX * p)));
  });
}
