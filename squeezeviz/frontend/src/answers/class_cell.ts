/** A cell of a class's map that no layer has, opened into the features that it is a weighted sum of. */
import type { Maps, Term } from "../engine/types.ts";

interface Asked {
  /** The maps' name, and the layer that has the features. */
  name: string;
  layer: string;
  /** The class. */
  channel: number;
  cell: [number, number];
  count: number | null;
}

/** What `Ending.opened(…).to_dict(count)` says in Python. */
export function openClassCell({ shape, values }: Maps, weights: Float32Array, bias: number, asked: Asked) {
  const { name, layer, channel, cell, count } = asked;
  const [channels, height, width] = shape;
  const [y, x] = cell;
  if (y >= height || x >= width) throw new RangeError(`${name} has no cell ${y}, ${x}: it has ${height} × ${width}`);
  const terms: (Term & { product: number })[] = Array.from({ length: channels }, (_, at) => {
    const [weight, value] = [weights[at] ?? 0, values[(at * height + y) * width + x] ?? 0];
    return { layer, channel: at, cell, weight, value, product: weight * value };
  });
  const sum = (some: { product: number }[]) => some.reduce((total, { product }) => total + product, 0);
  const total = bias + sum(terms);
  const value = Math.fround(total);
  terms.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const named = terms.slice(0, count ?? terms.length);
  return {
    layer: name,
    channel,
    cell,
    kind: "sum" as const,
    formula: "",
    value,
    bias,
    has_relu: false,
    total,
    residual: value - total,
    count: terms.length,
    terms: named,
    remainder: sum(terms.slice(named.length)),
  };
}
