/** Arithmetic of two values or more, cell by cell, broadcast; constants among them are stored beside the step. */

import { placeOf, sourceAt, termAt } from "../numbers.ts";
import { cellByCell } from "../parts.ts";
import { broadcast, broadcastAll, sizeOf } from "../places.ts";
import type { Compute, Maps, Op, Opened, Opening, Setup, Step, Term } from "../types.ts";

/** An input: its numbers, and which of them meets each of what comes out; null where all lie alike. */
interface Operand {
  of: (inputs: readonly Maps[]) => Float32Array;
  places: Int32Array | null;
}

const shapesOf = ({ shapes = [] }: Step): readonly number[][] => shapes;
const movingOf = ({ moving = [] }: Step): readonly number[] => moving;

/** Where each constant begins among those that are stored. */
function startOf(step: Step, operand: number): number {
  const before = shapesOf(step).slice(0, operand);
  return before.reduce((sum, shape, at) => sum + (movingOf(step).includes(at) ? 0 : sizeOf(shape)), 0);
}

function operandsOf({ step, weights }: Setup): Operand[] {
  const to = step.shape ?? [];
  return shapesOf(step).map((shape, at) => {
    const own = movingOf(step).indexOf(at);
    const start = startOf(step, at);
    const held = own < 0 ? weights().kernels.subarray(start, start + sizeOf(shape)) : new Float32Array(0);
    const of = (inputs: readonly Maps[]) => (own < 0 ? held : (inputs[own] as Maps).values);
    return { of, places: sizeOf(shape) === sizeOf(to) ? null : broadcastAll(shape, to) };
  });
}

/** Any number of operands, of any shapes. */
function computed(setup: Setup, combine: (numbers: number[], step: Step) => number): Compute {
  const operands = operandsOf(setup);
  const met = new Array<number>(operands.length);
  return (inputs, into) => {
    const read = operands.map(({ of, places }) => ({ values: of(inputs), places }));
    for (let at = 0; at < into.length; at += 1) {
      for (let which = 0; which < read.length; which += 1) {
        const { values, places } = read[which] as (typeof read)[number];
        met[which] = values[places ? (places[at] as number) : at] as number;
      }
      into[at] = combine(met, setup.step);
    }
  };
}

/** Two of the image's values of one shape: which numbers meet, is the same for all. */
function isOfTwoAlike({ step }: Setup): boolean {
  const [a, b, ...more] = shapesOf(step);
  const size = sizeOf(step.shape ?? []);
  return !more.length && movingOf(step).length === 2 && sizeOf(a ?? []) === size && sizeOf(b ?? []) === size;
}

/** Which of two operands has one number a channel, and the other, the image's, the whole shape; -1 where that is not so. */
function ofChannels({ step, shape: [channels, height, width] }: Setup): number {
  const [to, shapes] = [step.shape ?? [], shapesOf(step)];
  if (shapes.length !== 2 || to[1] !== channels || height * width * channels !== sizeOf(to)) return -1;
  return shapes.findIndex((shape, at) => {
    const full = [...new Array<number>(to.length - shape.length).fill(1), ...shape];
    const isWhole = sizeOf(shapes[1 - at] as number[]) === sizeOf(to) && movingOf(step).includes(1 - at);
    return isWhole && full.every((size, axis) => size === (axis === 1 ? channels : 1));
  });
}

/** A factor and an offset a channel, one of them the image's own or a constant. */
function byChannel(setup: Setup, own: number, which: "factor" | "offset"): Compute {
  const { step, space, shape, packed, weights } = setup;
  const [operand, other] = [movingOf(step).indexOf(own), movingOf(step).indexOf(1 - own)];
  const ones = space.put(new Float32Array(shape[0]).fill(which === "offset" ? signOf(step, 1 - own) : 0));
  const held =
    operand < 0 ? packed("constant", () => space.put(weights().kernels.map((x) => x * signOf(step, own)))) : 0;
  return (inputs, into) => {
    const source = (inputs[other] as Maps).values.byteOffset;
    const found = operand < 0 ? held : (inputs[operand] as Maps).values.byteOffset;
    const [factors, offsets] = which === "factor" ? [found, ones] : [ones, found];
    space.machine.scale(source, factors, offsets, into.byteOffset, shape[0], into.length / shape[0]);
  };
}

/** Cell by cell, where constants of channels or nothing else meet maps of one shape. */
const byCell = (setup: Setup, compute: Compute): Compute => cellByCell(setup.space, setup.shape, setup.inputs, compute);

function prepareSum(setup: Setup): Compute {
  const { step, space } = setup;
  if (isOfTwoAlike(setup)) {
    const [a, b] = [signOf(step, 0), signOf(step, 1)];
    return byCell(setup, (inputs, into) => {
      const [one, other] = inputs as [Maps, Maps];
      space.machine.add(one.values.byteOffset, other.values.byteOffset, into.byteOffset, into.length, a, b);
    });
  }
  const own = ofChannels(setup);
  const isHeld = own >= 0 && !movingOf(step).includes(own);
  if (isHeld || (own >= 0 && movingOf(step).length === 2 && signOf(step, own) === 1))
    return byCell(setup, byChannel(setup, own, "offset"));
  return computed(setup, (numbers) => numbers.reduce((all, number, at) => all + signOf(step, at) * number, 0));
}

function prepareProduct(setup: Setup): Compute {
  if (isOfTwoAlike(setup)) {
    const { machine } = setup.space;
    return byCell(setup, (inputs, into) => {
      const [one, other] = inputs as [Maps, Maps];
      machine.times(one.values.byteOffset, other.values.byteOffset, into.byteOffset, into.length);
    });
  }
  const own = ofChannels(setup);
  if (own >= 0) return byCell(setup, byChannel(setup, own, "factor"));
  return computed(setup, ([a, b]) => (a as number) * (b as number));
}

/** What meets in one number: of the image as terms, constants as numbers; in the inputs' order. */
function metIn(opening: Opening): { term: Term | null; value: number }[] {
  const { step, layer, weights } = opening;
  const place = placeOf(opening);
  return shapesOf(step).map((shape, at) => {
    const where = broadcast(place, shape, step.shape ?? []);
    const own = movingOf(step).indexOf(at);
    if (own < 0) return { term: null, value: weights(layer.name).kernels[startOf(step, at) + where] as number };
    const term = termAt(opening, sourceAt(opening, own), where, 1);
    return { term, value: term.value };
  });
}

const termsOf = (met: ReturnType<typeof metIn>): Term[] => met.flatMap(({ term }) => (term ? [term] : []));

const signOf = ({ signs = [] }: Step, at: number): number => signs[at] ?? 1;

export const sum: Op = {
  prepare: prepareSum,
  open: (opening): Opened => {
    const met = metIn(opening);
    const signed = met.map(({ term, value }, at) => ({ term, value, sign: signOf(opening.step, at) }));
    return {
      kind: "sum",
      bias: signed.reduce((all, { term, value, sign }) => all + (term ? 0 : sign * value), 0),
      terms: signed.flatMap(({ term, sign }) => (term ? [{ ...term, weight: sign }] : [])),
    };
  },
};

export const product: Op = {
  prepare: prepareProduct,
  open: (opening): Opened => {
    const met = metIn(opening);
    const [terms, held] = [termsOf(met), met.find(({ term }) => !term)];
    if (held) return { kind: "sum", bias: 0, terms: terms.map((term) => ({ ...term, weight: held.value })) };
    const total = terms.reduce((all, { value }) => all * value, 1);
    return { kind: "product", bias: 0, terms, formula: "a · b", total };
  },
};

export const quotient: Op = {
  prepare: (setup) => computed(setup, ([a, b]) => (a as number) / (b as number)),
  open: (opening): Opened => {
    const met = metIn(opening);
    const [a, b] = met.map(({ value }) => value) as [number, number];
    const terms = termsOf(met);
    if (met[0]?.term && !met[1]?.term)
      return { kind: "sum", bias: 0, terms: terms.map((term) => ({ ...term, weight: 1 / b })) };
    const formula = terms.length === 2 ? "a / b" : `${Number(a.toPrecision(6))} / x`;
    return { kind: "function", bias: 0, terms, formula, total: a / b };
  },
};

const leaky = (x: number, slope: number): number => (x >= 0 ? x : slope * x);

/** What is below zero is multiplied with a learned slope. */
export const slope: Op = {
  prepare: (setup) => computed(setup, ([x, by]) => leaky(x as number, by as number)),
  open: (opening): Opened => {
    const met = metIn(opening);
    const [x, by] = met.map(({ value }) => value) as [number, number];
    const formula = `x if x ≥ 0, else ${Number(by.toPrecision(6))} · x`;
    return { kind: "function", bias: 0, terms: termsOf(met), formula, total: leaky(x, by) };
  },
};
