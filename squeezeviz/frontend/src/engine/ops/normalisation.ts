/** Normalisation: by running statistics, by neighbouring channels, and by all numbers along some axes. */
import { firstOf, placeOf, sourceOf, termAt, termOf } from "../numbers.ts";
import { alongAxes, wholeOf } from "../places.ts";
import type { Op, Opened, Opening, Step } from "../types.ts";

/** A factor and an offset a channel. */
export const batchNormalisation: Op = {
  compute: async (inputs, { weights }) => {
    const { shape, values } = firstOf(inputs);
    const { kernels, bias } = await weights();
    const cells = shape[1] * shape[2];
    return values.map((number, at) => {
      const channel = Math.floor(at / cells);
      return number * (kernels[channel] as number) + (bias[channel] as number);
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
  compute: (inputs, { step }) => {
    const {
      shape: [count, height, width],
      values,
    } = firstOf(inputs);
    const cells = height * width;
    return values.map((number, at) => {
      const [first, end] = beside(step, Math.floor(at / cells), count);
      let squares = 0;
      for (let channel = first; channel < end; channel += 1)
        squares += (values[channel * cells + (at % cells)] ?? 0) ** 2;
      return divided(step, number, squares);
    });
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
  compute: async (inputs, { step, weights }) => {
    const { values } = firstOf(inputs);
    const { shape = [], axes = [], epsilon = 1e-5 } = step;
    const { kernels, bias } = await weights();
    const made = new Float32Array(values.length);
    for (let whole = 0; whole < values.length / kernels.length; whole += 1) {
      const places = alongAxes(shape, axes, whole);
      const { mean, deviation } = spread(
        places.map((place) => values[place] as number),
        epsilon,
      );
      places.forEach((place, at) => {
        const own = ((values[place] as number) - mean) / deviation;
        made[place] = own * (kernels[at] as number) + (bias[at] as number);
      });
    }
    return made;
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
      epsilon,
    );
    const at = places.indexOf(place);
    const own = ((terms[at]?.value ?? Number.NaN) - mean) / deviation;
    const total = own * (kernels[at] as number) + (bias[at] as number);
    return { kind: "function", bias: 0, terms, formula, total };
  },
};

function spread(numbers: readonly number[], epsilon: number): { mean: number; deviation: number } {
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length;
  return { mean, deviation: Math.sqrt(variance + epsilon) };
}
