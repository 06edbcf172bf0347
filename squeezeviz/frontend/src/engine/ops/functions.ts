/** Functions of one number, with their parameters, by ONNX's names. */

import type { Space } from "../memory.ts";
import { placeOf, sourceOf, termAt } from "../numbers.ts";
import { cellByCell } from "../parts.ts";
import type { Compute, Maps, Op, Opened, Opening, Setup, Shape, Step } from "../types.ts";

type Of = (x: number) => number;

const sigmoid: Of = (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const softplus: Of = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const within = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
const END = 6; // from there on it is 1, to double precision

/** The series of Abramowitz and Stegun, 7.1.6: all its terms have one sign. */
const erf: Of = (x) => {
  if (Math.abs(x) >= END) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
};

const gelu: Of = (x) => (x / 2) * (1 + erf(x / Math.SQRT2));
const geluByTanh: Of = (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const leaky =
  ({ alpha = 0 }: Step): Of =>
  (x) =>
    x >= 0 ? x : alpha * x;
const elu =
  ({ alpha = 1 }: Step): Of =>
  (x) =>
    x >= 0 ? x : alpha * Math.expm1(x);

const FUNCTIONS: Readonly<Record<string, (step: Step) => Of>> = {
  Abs: () => Math.abs,
  Clip:
    ({ low = -Infinity, high = Infinity }) =>
    (x) =>
      within(x, low, high),
  Elu: elu,
  Erf: () => erf,
  Exp: () => Math.exp,
  Gelu: ({ tanh }) => (tanh ? geluByTanh : gelu),
  HardSigmoid:
    ({ alpha = 0.2, beta = 0.5 }) =>
    (x) =>
      within(alpha * x + beta, 0, 1),
  HardSwish: () => (x) => x * within(x / 6 + 0.5, 0, 1),
  LeakyRelu: leaky,
  Log: () => Math.log,
  Mish: () => (x) => x * Math.tanh(softplus(x)),
  Neg: () => (x) => -x,
  Reciprocal: () => (x) => 1 / x,
  Relu: () => (x) => Math.max(0, x),
  Selu: (step) => {
    const own = elu(step);
    return (x) => (step.gamma ?? 1) * own(x);
  },
  Sigmoid: () => sigmoid,
  Softplus: () => softplus,
  Softsign: () => (x) => x / (1 + Math.abs(x)),
  Sqrt: () => Math.sqrt,
  Tanh: () => Math.tanh,
};

/** Those that the machine computes itself. */
const FAST: Readonly<Record<string, (setup: Setup) => (from: number, into: number, count: number) => void>> = {
  Clip: ({ space, step: { low = -Infinity, high = Infinity } }) => {
    return (from, into, count) => space.machine.clamp(from, into, count, low, high);
  },
  HardSwish: ({ space }) => {
    return (from, into, count) => space.machine.hardSwish(from, into, count);
  },
  Relu: ({ space }) => {
    return (from, into, count) => space.machine.clamp(from, into, count, 0, Infinity);
  },
  Sigmoid: ({ space }) => {
    return (from, into, count) => space.machine.sigmoid(from, into, count);
  },
};

function prepared(name: string, make: (step: Step) => Of, setup: Setup): Compute {
  const fast = FAST[name]?.(setup);
  if (fast) return ([maps], into) => fast((maps as Maps).values.byteOffset, into.byteOffset, into.length);
  const own = make(setup.step);
  return ([maps], into) => {
    const { values } = maps as Maps;
    for (let at = 0; at < into.length; at += 1) into[at] = own(values[at] as number);
  };
}

/** What is computed, with a ReLU after it. */
export function clamped(space: Space, shape: Shape, compute: Compute): Compute {
  const { machine } = space;
  const relu = cellByCell(space, shape, [shape], ([maps], into) => {
    machine.clamp((maps as Maps).values.byteOffset, into.byteOffset, into.length, 0, Infinity);
  });
  const whole: Compute = (inputs, into) => {
    compute(inputs, into);
    relu([{ shape, values: into }], into);
  };
  if (!compute.part) return whole;
  const part: Compute["part"] = (inputs, into, cells) => {
    compute.part?.(inputs, into, cells);
    relu.part?.([{ shape, values: into }], into, cells);
  };
  return Object.assign(whole, { part, touched: compute.touched });
}

function op(name: string, make: (step: Step) => Of): Op {
  return {
    prepare: (setup) => cellByCell(setup.space, setup.shape, setup.inputs, prepared(name, make, setup)),
    open: (opening: Opening): Opened => {
      const term = termAt(opening, sourceOf(opening), placeOf(opening), 1);
      return {
        kind: "function",
        bias: 0,
        terms: [term],
        formula: opening.step.formula ?? "",
        total: make(opening.step)(term.value),
      };
    },
  };
}

export const functions: Readonly<Record<string, Op>> = Object.fromEntries(
  Object.entries(FUNCTIONS).map(([name, make]) => [name, op(name, make)]),
);
