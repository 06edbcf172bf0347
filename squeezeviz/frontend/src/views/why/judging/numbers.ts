/** What is there of a method's measures, as its row shows it. */
import { findingKey, type Judged } from "../../../store/judging.ts";
import { type Column, MEASURES } from "./measures.ts";

/** A map of random numbers, beside the methods'. */
export const CHANCE = "chance";

/** What one measure says of one method, in one number; null where it is not there. */
export function measured(
  { findings, about }: Judged,
  method: string,
  column: Exclude<Column, "points">,
): number | null {
  const last = Math.max(0, (about?.stages.length ?? 1) - 1);
  return findings.get(findingKey(method, column, column === "randomised" ? last : 0))?.value ?? null;
}

/** How alike the map stays, step by step, before any weights are random: 1. As far as it is there. */
export function lineOf({ findings, about }: Judged, method: string): number[] {
  const line = [1];
  for (const stage of about?.stages.keys() ?? []) {
    const value = findings.get(findingKey(method, "randomised", stage))?.value ?? null;
    if (value === null) break;
    line.push(value);
  }
  return line;
}

/** Why a measure can be taken of no method; empty as a rule. */
export const problemOf = ({ findings }: Judged, column: Column): string =>
  column === "points" ? "" : (findings.get(findingKey("", column))?.problem ?? "");

/** Why a method has no map, or a measure cannot be taken, by what it is about; each once. */
export function problemsOf({ findings }: Judged, method: string): string[] {
  const own = [...findings.values()].filter((each) => each.method === method && each.problem);
  return [...new Set(own.map(({ problem }) => problem))];
}

/**
 * The best of the methods by each measure: those that share the best value, where they are not all alike. Random weights
 * are a test that a map passes or fails, and nearer to −1 is no better than 0.
 */
export function bestOf(made: Judged, methods: readonly string[]): Map<Column, Set<string>> {
  const best = new Map<Column, Set<string>>();
  for (const { name, better } of MEASURES) {
    if (name === "points" || name === "randomised") continue;
    const values = methods.flatMap((method) => {
      const value = measured(made, method, name);
      return value === null ? [] : [{ method, value: Number(value.toFixed(2)) }];
    });
    const numbers = values.map(({ value }) => value);
    const top = better === "lower is better" ? Math.min(...numbers) : Math.max(...numbers);
    const winners = values.filter(({ value }) => value === top);
    if (winners.length < values.length) best.set(name, new Set(winners.map(({ method }) => method)));
  }
  return best;
}
