/** What layers cost, in words. */
import type { CostRow } from "../../protocol.ts";
import type { UnitCost } from "../../store/cost.ts";

/** Milliseconds, with three figures. */
export const took = (ms: number): string => `${ms >= 100 ? ms.toFixed(0) : ms.toPrecision(ms >= 0.001 ? 3 : 1)} ms`;

export const share = (part: number): string => `${(100 * part).toFixed(part < 0.0995 ? 1 : 0)} %`;

export const LIMITS = { compute: "arithmetic", memory: "memory" } as const;

/** What a row costs, in a line. */
export function costWords(row: CostRow | null, sumMs: number): string {
  if (!row) return "";
  const others = row.layers.length > 1 ? `, computed as ${row.words}` : "";
  const peak = row.of_peak === null ? "" : `, ${share(row.of_peak)} of the peak`;
  const limit = row.limit ? `, limited by ${LIMITS[row.limit]}` : "";
  return `: ${took(row.ms)}, ${share(row.ms / sumMs)} of the time${peak}${limit}${others}`;
}

/** What several layers cost together. */
export const unitWords = (name: string, { ms }: UnitCost, sumMs: number): string =>
  `${name}: ${took(ms)}, ${share(ms / sumMs)} of the time`;
