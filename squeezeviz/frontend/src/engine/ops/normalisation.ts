/** Normalisation: by running statistics, and by neighbouring channels. */
import { firstOf, sourceOf, termOf } from "../numbers.ts";
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
