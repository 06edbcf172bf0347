/** Which class somebody means, and how far bars reach. */
import type { Ranked } from "../../protocol.ts";
import type { Label } from "../../store/types.ts";
import { percent } from "../../ui/format.ts";

/** What each class is offered as: its name, with its index where several are called so. */
export function namesOf(labels: readonly Label[]): string[] {
  const counts = new Map<string, number>();
  for (const { label } of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return labels.map(({ label }, index) => (counts.get(label) === 1 ? label : `${label} (${index})`));
}

/** The class that is meant by what was typed: as it is offered, by any of its names, or by its index; null for none. */
export function meant(typed: string, labels: readonly Label[], names: readonly string[]): number | null {
  const text = typed.trim().toLowerCase();
  if (!text) return null;
  const offered = names.findIndex((name) => name.toLowerCase() === text);
  if (offered >= 0) return offered;
  if (/^\d+$/.test(text)) return Number(text) < labels.length ? Number(text) : null;
  const called = labels.flatMap(({ label, wnid, also }, index) =>
    [label, wnid, ...also].some((name) => name.toLowerCase() === text) ? [index] : [],
  );
  return called.length === 1 ? (called[0] ?? null) : null;
}

/** What a row says, in parts: a mark for its bar, 0–1, with the interval where there is one, and words beside it. */
export function rowOf({ hits, top1, interval, p, agreement, confidence, entropy }: Ranked, photos: number) {
  if (hits !== null && top1 !== null && interval) {
    const [least, most] = interval.map((share) => Math.round(100 * share));
    return {
      share: top1,
      interval,
      figure: percent(top1),
      beside: [`${hits} of ${photos}`, `95 %: ${least}–${most} %`],
      p,
    };
  }
  const share = Math.max(0, Math.min(1, agreement ?? 0));
  const said = [`sure by ${percent(confidence ?? 0)}`, `entropy ${(entropy ?? 0).toFixed(2)} bits`];
  return { share, interval: null, figure: (agreement ?? 0).toFixed(2), beside: said, p: null };
}

/** A probability that something is chance. */
export const chance = (p: number): string => (p < 0.0001 ? "p < 0.0001" : `p = ${Number(p.toPrecision(2))}`);
