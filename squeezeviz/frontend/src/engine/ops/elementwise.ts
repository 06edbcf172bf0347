/** Arithmetic of two values or more, cell by cell, broadcast; constants among them are stored beside the step. */
import { placeOf, sourceAt, termAt } from "../numbers.ts";
import { broadcast, broadcastAll, sizeOf } from "../places.ts";
import type { Maps, Op, Opened, Opening, Step, Term, Values, Work } from "../types.ts";

/** An input: numbers, and which of them meets each of what comes out; null where all lie alike. */
interface Operand {
  values: Values;
  places: Int32Array | null;
}

const shapesOf = ({ shapes = [] }: Step): readonly number[][] => shapes;
const movingOf = ({ moving = [] }: Step): readonly number[] => moving;

/** Where each constant begins among those that are stored. */
function startOf(step: Step, operand: number): number {
  const before = shapesOf(step).slice(0, operand);
  return before.reduce((sum, shape, at) => sum + (movingOf(step).includes(at) ? 0 : sizeOf(shape)), 0);
}

async function operandsOf(inputs: Maps[], { step, weights }: Work): Promise<Operand[]> {
  const to = step.shape ?? [];
  const isWithConstants = shapesOf(step).length > movingOf(step).length;
  const held = isWithConstants ? (await weights()).kernels : new Float32Array(0);
  return shapesOf(step).map((shape, at) => {
    const own = movingOf(step).indexOf(at);
    const start = startOf(step, at);
    const values = own >= 0 ? (inputs[own] as Maps).values : held.subarray(start, start + sizeOf(shape));
    return { values, places: sizeOf(shape) === sizeOf(to) ? null : broadcastAll(shape, to) };
  });
}

function computed(combine: (numbers: number[], step: Step) => number): Op["compute"] {
  return async (inputs, work) => {
    const operands = await operandsOf(inputs, work);
    const made = new Float32Array(sizeOf(work.step.shape ?? []));
    const met = new Array<number>(operands.length);
    for (let at = 0; at < made.length; at += 1) {
      for (let which = 0; which < operands.length; which += 1) {
        const { values, places } = operands[which] as Operand;
        met[which] = values[places ? (places[at] as number) : at] as number;
      }
      made[at] = combine(met, work.step);
    }
    return made;
  };
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
  compute: computed((numbers, step) => numbers.reduce((all, number, at) => all + signOf(step, at) * number, 0)),
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
  compute: computed(([a, b]) => (a as number) * (b as number)),
  open: (opening): Opened => {
    const met = metIn(opening);
    const [terms, held] = [termsOf(met), met.find(({ term }) => !term)];
    if (held) return { kind: "sum", bias: 0, terms: terms.map((term) => ({ ...term, weight: held.value })) };
    const total = terms.reduce((all, { value }) => all * value, 1);
    return { kind: "product", bias: 0, terms, formula: "a · b", total };
  },
};

export const quotient: Op = {
  compute: computed(([a, b]) => (a as number) / (b as number)),
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
  compute: computed(([x, by]) => leaky(x as number, by as number)),
  open: (opening): Opened => {
    const met = metIn(opening);
    const [x, by] = met.map(({ value }) => value) as [number, number];
    const formula = `x if x ≥ 0, else ${Number(by.toPrecision(6))} · x`;
    return { kind: "function", bias: 0, terms: termsOf(met), formula, total: leaky(x, by) };
  },
};
