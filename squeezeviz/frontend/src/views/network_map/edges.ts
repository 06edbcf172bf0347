/** Which units read which, and how lines lead past those in between. */
import type { Unit } from "../../store/units.ts";

export interface Skip {
  source: Unit;
  /** Lines that would lie over each other run at different heights: 0 is the highest. */
  level: number;
}

export interface Edges {
  /** Whether it reads the unit before it. */
  isNext: boolean;
  /** A unit that it reads; null for the network's input. */
  source: Unit | null;
  /** What it reads further back. */
  skips: Skip[];
}

/** For each unit, in their order. */
export function edgesOf(units: Unit[]): Edges[] {
  const owners = new Map(units.flatMap((unit, at) => unit.layers.map(({ name }) => [name, at] as const)));
  const ends: number[] = []; // of each level: the unit up to which it is taken
  return units.map((unit, at) => {
    const sources = [...new Set(unit.reads.flatMap((name) => owners.get(name) ?? []))].filter((from) => from < at);
    const skips = sources
      .filter((from) => from < at - 1)
      .map((from) => {
        const free = ends.findIndex((end) => end <= from);
        const level = free < 0 ? ends.length : free;
        ends[level] = at;
        return { source: units[from] as Unit, level };
      });
    const [last] = sources.sort((a, b) => b - a);
    return { isNext: last === at - 1, source: last === undefined ? null : (units[last] ?? null), skips };
  });
}
