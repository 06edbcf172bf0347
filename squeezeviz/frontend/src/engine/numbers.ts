/** Reading one number of many. */
import type { Cell, Maps, Opening, Picture, Term } from "./types.ts";

export const at = (values: Float32Array | Float64Array, index: number): number => values[index] as number;

export const valueIn = ({ shape: [, height, width], values }: Maps, channel: number, [y, x]: Cell): number =>
  at(values, (channel * height + y) * width + x);

export const pixelIn = ({ width, pixels }: Picture, colour: number, [y, x]: Cell): number =>
  pixels[3 * (y * width + x) + colour] as number;

/** One of the numbers that make another. */
export function termOf({ maps }: Opening, layer: string, channel: number, cell: Cell, weight: number): Term {
  return { layer, channel, cell, weight, value: valueIn(maps(layer), channel, cell) };
}

/** Which of its layer's numbers is opened, in their order. */
export function placeOf({ layer, channel, cell: [y, x], maps }: Opening): number {
  const [, height, width] = maps(layer.name).shape;
  return (channel * height + y) * width + x;
}

/** One of the numbers that make another, by its place among all of its layer's. */
export function termAt(opening: Opening, layer: string, place: number, weight: number): Term {
  const [, height, width] = opening.maps(layer).shape;
  const cells = height * width;
  const cell: Cell = [Math.floor((place % cells) / width), place % width];
  return termOf(opening, layer, Math.floor(place / cells), cell, weight);
}

/** The name of one of a layer's inputs. */
export const sourceAt = ({ layer }: Opening, at: number): string => layer.inputs[at] as string;

/** The name of a layer's first input. */
export const sourceOf = ({ layer }: Opening): string => layer.inputs[0] as string;

export const largestOf = (values: Float32Array): number => values.reduce((a, b) => Math.max(a, b), -Infinity);

/** The largest term is the one that counts; of equals, the first. */
export function onlyLargest(terms: Term[]): Term[] {
  const best = terms.reduce((most, term) => (term.value > most.value ? term : most));
  return terms.map((term) => ({ ...term, weight: term === best ? 1 : 0 }));
}
