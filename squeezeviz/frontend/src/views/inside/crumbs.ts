/** The path of numbers that were opened one from the other. */
import type { Networks } from "../../store/networks.ts";
import type { Questions } from "../../store/questions.ts";
import type { Step } from "../../store/types.ts";
import { percent } from "../../ui/format.ts";
import { type Called, precise, wordsOf } from "./words.ts";

export interface Crumb extends Called {
  key: string;
  /** Its value. */
  text: string;
}

/**
 * @param counts How many terms were asked for, of the last number and of those before: what is known needs not be asked
 *   for again.
 */
export function crumbsOf(
  networks: Networks,
  questions: Questions,
  steps: Step[],
  counts: { last: number; others: number },
): Crumb[] {
  return steps.map((step, at) => {
    const count = at === steps.length - 1 ? counts.last : counts.others;
    const found = questions.calculation(step, count, "path").known;
    const before = steps[at - 1];
    const value = found?.value ?? (before && valueIn(questions, before, step, counts.others));
    const isSoftmax = step.layer === networks.softmaxName();
    const text = value === undefined ? "…" : isSoftmax ? percent(value) : precise(value, Math.abs(value));
    return { ...wordsOf(networks, step), key: `${at} ${step.layer} ${step.channel} ${step.cell}`, text };
  });
}

/** Its value among the terms of the one before; on its way, that is known already. */
function valueIn(
  questions: Questions,
  before: Step,
  { layer, channel, cell }: Step,
  count: number,
): number | undefined {
  const terms = questions.calculation(before, count, "path").known?.terms ?? [];
  return terms.find((term) => term.layer === layer && term.channel === channel && `${term.cell}` === `${cell}`)?.value;
}
