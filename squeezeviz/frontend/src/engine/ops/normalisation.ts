/** Normalisation: by running statistics, by neighbouring channels, and by all numbers along some axes. */

import { placeOf, sourceOf, termAt, termOf } from "../numbers.ts";
import { cellByCell } from "../parts.ts";
import { alongAxes, wholeOf, wholes } from "../places.ts";
import type { Maps, Op, Opened, Opening, Shape, Step } from "../types.ts";

/** A factor and an offset a channel. */
export const batchNormalisation: Op = {
  prepare: ({ space, packed, weights, shape, inputs }) => {
    const [input] = inputs;
    const factors = packed("factors", () => space.put(weights().kernels));
    const offsets = packed("offsets", () => space.put(weights().bias));
    const [channels] = input as Shape;
    return cellByCell(space, shape, inputs, ([maps], into) => {
      const from = (maps as Maps).values.byteOffset;
      space.machine.scale(from, factors, offsets, into.byteOffset, channels, into.length / channels);
    });
  },
  open: (opening): Opened => {
    const { layer, channel, cell, weights } = opening;
    const { kernels, bias } = weights(layer.name);
    const term = termOf(opening, sourceOf(opening), channel, cell, kernels[channel] as number);
    return { kind: "sum", bias: bias[channel] as number, terms: [term] };
  },
};

/** The channels that a number is divided by, itself among them: from, and to − 1. */
function beside({ size = 1 }: Step, channel: number, count: number): [number, number] {
  return [Math.max(0, channel - Math.floor((size - 1) / 2)), Math.min(count, channel + Math.floor(size / 2) + 1)];
}

function divided({ size = 1, alpha = 1e-4, beta = 0.75, bias = 1 }: Step, own: number, squares: number): number {
  return own / (bias + (alpha / size) * squares) ** beta;
}

export const localResponse: Op = {
  prepare:
    ({ step, shape: [count, height, width] }) =>
    ([maps], into) => {
      const { values } = maps as Maps;
      const cells = height * width;
      for (let cell = 0; cell < cells; cell += 1) {
        for (let channel = 0; channel < count; channel += 1) {
          const [first, end] = beside(step, channel, count);
          let squares = 0;
          for (let other = first; other < end; other += 1) squares += (values[other * cells + cell] as number) ** 2;
          const at = channel * cells + cell;
          into[at] = divided(step, values[at] as number, squares);
        }
      }
    },
  open: (opening: Opening): Opened => {
    const { step, channel, cell, maps } = opening;
    const name = sourceOf(opening);
    const [first, end] = beside(step, channel, maps(name).shape[0]);
    const terms = Array.from({ length: end - first }, (_, at) =>
      termOf(opening, name, first + at, cell, first + at === channel ? 1 : 0),
    );
    const squares = terms.reduce((all, { value }) => all + value ** 2, 0);
    const own = terms[channel - first]?.value ?? Number.NaN;
    return { kind: "function", bias: 0, terms, formula: step.formula ?? "", total: divided(step, own, squares) };
  },
};

/** As it stands among all along some axes. */
export const layerNormalisation: Op = {
  prepare: ({ step, weights }) => {
    const { shape = [], axes = [], epsilon = 1e-5 } = step;
    const { kernels, bias } = weights();
    const whole = wholes(shape, axes);
    return ([maps], into) => {
      const { values } = maps as Maps;
      for (const start of whole.starts) {
        const { mean, deviation } = spread(values, start, whole.steps, epsilon);
        whole.steps.forEach((step, at) => {
          const own = ((values[start + step] as number) - mean) / deviation;
          into[start + step] = own * (kernels[at] as number) + (bias[at] as number);
        });
      }
    };
  },
  open: (opening: Opening): Opened => {
    const { step, layer, weights } = opening;
    const { shape = [], axes = [], epsilon = 1e-5, formula = "" } = step;
    const { kernels, bias } = weights(layer.name);
    const place = placeOf(opening);
    const places = alongAxes(shape, axes, wholeOf(shape, axes, place));
    const terms = places.map((at) => termAt(opening, sourceOf(opening), at, at === place ? 1 : 0));
    const { mean, deviation } = spread(
      terms.map(({ value }) => value),
      0,
      Int32Array.from(terms.keys()),
      epsilon,
    );
    const at = places.indexOf(place);
    const own = ((terms[at]?.value ?? Number.NaN) - mean) / deviation;
    const total = own * (kernels[at] as number) + (bias[at] as number);
    return { kind: "function", bias: 0, terms, formula, total };
  },
};

/** Of the numbers that lie so far from a start. */
function spread(values: ArrayLike<number>, start: number, steps: Int32Array, epsilon: number) {
  const mean = steps.reduce((sum, step) => sum + (values[start + step] as number), 0) / steps.length;
  const squares = steps.reduce((sum, step) => sum + ((values[start + step] as number) - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / steps.length + epsilon) };
}
