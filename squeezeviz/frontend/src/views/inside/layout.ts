/** A calculation as lines: each term with its bar, which begins where the one before ended. */
import type { Calculation, Term } from "../../store/types.ts";
import { percent } from "../../ui/format.ts";
import { type Called, precise, product, residualText, scaleOf } from "./words.ts";

export type LineKind = "bias" | "term" | "chosen" | "left" | "rest" | "total" | "result" | "residual";

/** One part of the sum. */
export interface Line extends Called {
  kind: LineKind;
  factors: string;
  /** What it adds. */
  text: string;
  /** Where its bar begins and ends, in the number's own units. */
  from: number;
  to: number;
  term: Term | null;
}

type Call = (term: Term) => Called;

/** A line that is no term's. */
function plain(kind: LineKind, name: string, text: string, to: number, from = 0): Line {
  return { kind, name, place: "", factors: "", text, from, to, term: null };
}

/**
 * @param logits Of all classes.
 * @param called What a term's number is called.
 */
export function linesOf(made: Calculation, logits: Float32Array, called: Call): Line[] {
  if (made.kind === "softmax") return shares(made, logits, called);
  if (made.kind === "max") return picked(made, called);
  if (made.kind === "function" || made.kind === "product") return computed(made, called);
  return summed(made, called);
}

function picked(made: Calculation, called: Call): Line[] {
  const scale = scaleOf(made);
  return made.terms.map((term) => ({
    ...plain(term.weight === 1 ? "chosen" : "left", "", precise(term.value, scale), term.value),
    ...called(term),
    term,
  }));
}

function computed(made: Calculation, called: Call): Line[] {
  const write = (value: number) => precise(value, scaleOf(made));
  return [
    ...made.terms.map((term) => ({ ...plain("term", "", write(term.value), term.value), ...called(term), term })),
    plain("total", made.formula || "product", write(made.total), made.total),
    plain("residual", "rounding", residualText(made.residual), 0),
  ];
}

function summed(made: Calculation, called: Call): Line[] {
  const write = (value: number) => precise(value, scaleOf(made));
  const { kind, bias, terms, count, remainder, total, value, has_relu: hasRelu } = made;
  const lines: Line[] = [];
  let running = 0;
  const add = (line: Line) => {
    lines.push({ ...line, from: running, to: running + line.to });
    running += line.to;
  };
  if (bias) add(plain("bias", kind === "scaling" ? "offset" : "bias", write(bias), bias));
  for (const term of terms) {
    const factors = { copy: "", mean: `${write(term.value)} / ${count}` }[kind as string];
    const line = plain("term", "", write(term.product), term.product);
    add({ ...line, ...called(term), factors: factors ?? product(term.weight, term.value), term });
  }
  const rest = count - terms.length;
  if (rest > 0) add(plain("rest", `${rest} more`, write(remainder), remainder));
  if (kind !== "copy") lines.push(plain("total", hasRelu ? "sum, before ReLU" : "sum", write(total), total));
  if (hasRelu) lines.push(plain("result", total > 0 ? "ReLU lets it through" : "ReLU makes it 0", write(value), value));
  const rounding = kind === "blend" ? "rounding to a whole pixel value" : "rounding";
  if (kind !== "copy") lines.push(plain("residual", rounding, residualText(made.residual), 0));
  return lines;
}

/** The largest shares of a softmax; the number itself comes first. */
function shares({ terms, channel, count }: Calculation, logits: Float32Array, called: Call): Line[] {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const power = (logit: number) => Math.exp(logit - largest);
  const sum = logits.reduce((total, logit) => total + power(logit), 0);
  const own = terms.find((term) => term.channel === channel) ?? {
    ...{ layer: terms[0]?.layer ?? "", channel, cell: [0, 0] as [number, number] },
    ...{ weight: 1, value: logits[channel] ?? 0, product: 0 },
  };
  const listed = [own, ...terms.filter((term) => term.channel !== channel)].slice(0, terms.length);
  const others = Math.max(0, 1 - listed.reduce((total, { value }) => total + power(value) / sum, 0));
  return [
    ...listed.map((term) => {
      const share = power(term.value) / sum;
      const line = plain(term === own ? "chosen" : "left", "", percent(share), share);
      return { ...line, place: called(term).place, factors: `e^${term.value.toFixed(2)}`, term };
    }),
    plain("rest", `${count - listed.length} more`, percent(others), others),
    { ...plain("total", "sum of all", "100 %", 1), factors: `e^${(largest + Math.log(sum)).toFixed(2)}` },
  ];
}

/** Where bars and their zero lie, in CSS pixels from the left. */
export interface Bar {
  left: number;
  width: number;
}

export function barsOf(lines: Line[], widthPx: number): { bars: Bar[]; zero: number } {
  const ends = lines.flatMap(({ from, to }) => [from, to]);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const place = (value: number) => (high > low ? ((value - low) / (high - low)) * widthPx : 0);
  const bars = lines.map(({ from, to }) => ({
    left: place(Math.min(from, to)),
    width: Math.max(1, Math.abs(place(to) - place(from))),
  }));
  return { bars, zero: place(0) };
}

/** What the columns of terms are. @param first What the first term is called. */
export function headingOf({ kind }: Calculation, first: Called | null): { terms: string; adds: string } {
  const adds = kind === "softmax" ? "share" : kind === "max" ? "value" : "adds";
  if (!first) return { terms: "", adds };
  if (first.place.startsWith("channel "))
    return { terms: `${first.name}: channel at cell${kind === "sum" ? ", weight × value" : ""}`, adds };
  return { terms: `${first.name}${first.name === "logit" ? "s" : ""}`, adds };
}
