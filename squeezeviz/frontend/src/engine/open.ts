/**
 * Any number of the network, opened into its terms, and each of these into its own, down to the pixels of the photo:
 * what evidence/arithmetic.py says, from the numbers of this page.
 */
import type { Layer } from "../protocol.ts";
import { pixelIn, valueIn } from "./numbers.ts";
import { OPS } from "./ops/table.ts";
import { blend, type Prepared, RESIZED, scaling } from "./pixels.ts";
import type { Cell, GraphSpec, Maps, Opened, Term, Weights } from "./types.ts";

/** Where the numbers are. */
export interface Source extends Prepared {
  /** The network's input, by name. */
  input: string;
  layers: readonly Layer[];
  graphSpec: GraphSpec;
  /** Also of the input. */
  maps: (layer: string) => Maps;
  weights: (layer: string) => Weights;
}

/**
 * Open one number: what `Calculation.to_dict(count)` says in Python.
 *
 * @param name A layer, the network's input, or "resized": a pixel value, of the colour 0 red, 1 green, 2 blue.
 * @param count How many terms to name; null: all.
 * @throws {RangeError} There is no such number, or it is not opened further.
 */
export function open(source: Source, name: string, channel: number, cell: Cell, count: number | null) {
  const layer = source.layers.find((other) => other.name === name);
  const { what, value } = numberOf(source, name, layer, channel, cell);
  const terms = [...what.terms].sort((a, b) => Math.abs(product(b)) - Math.abs(product(a)));
  const total = what.total ?? what.bias + sumOf(what.terms);
  const hasRelu = Boolean(layer?.pre_relu);
  const named = terms.slice(0, count ?? terms.length);
  return {
    layer: name,
    channel,
    cell,
    kind: what.kind,
    formula: what.formula ?? "",
    value,
    bias: what.bias,
    has_relu: hasRelu,
    total,
    residual: value - (hasRelu ? Math.max(0, total) : total),
    count: terms.length,
    terms: named.map((term) => ({ ...term, product: product(term) })),
    remainder: sumOf(terms.slice(named.length)),
  };
}

function numberOf(source: Source, name: string, layer: Layer | undefined, channel: number, cell: Cell) {
  if (name === RESIZED) {
    const { height, width } = source.cropped;
    check(name, [3, height, width], [channel, ...cell]);
    return { what: blend(source, channel, cell), value: pixelIn(source.cropped, channel, cell) };
  }
  if (!layer && name !== source.input) throw new RangeError(`no layer is called '${name}'`);
  const maps = source.maps(name);
  check(name, maps.shape, [channel, ...cell]);
  const what = layer ? opened(source, layer, channel, cell) : scaling(source, channel, cell);
  return { what, value: valueIn(maps, channel, cell) };
}

function opened({ graphSpec, maps, weights }: Source, layer: Layer, channel: number, cell: Cell): Opened {
  const step = graphSpec[layer.name];
  const op = OPS[step?.op ?? ""];
  if (!step || !op) {
    throw new RangeError(`${layer.name}: a layer of the kind '${layer.kind}' is not opened into terms`);
  }
  return op.open({ layer, step, channel, cell, maps, weights });
}

function check(layer: string, shape: readonly number[], place: readonly number[]): void {
  ["channel", "row", "column"].forEach((what, axis) => {
    const [number, size] = [Number(place[axis]), Number(shape[axis])];
    if (number >= 0 && number < size) return;
    throw new RangeError(`${layer} has no ${what} ${number}; there are ${size}, counted from 0`);
  });
}

const product = ({ weight, value }: Term): number => weight * value;
const sumOf = (terms: readonly Term[]): number => terms.reduce((sum, term) => sum + product(term), 0);
