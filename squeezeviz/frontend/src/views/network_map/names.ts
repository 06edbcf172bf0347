/** What is written over units. */
import { times } from "../../store/layers.ts";
import type { Layer } from "../../store/types.ts";
import type { Unit } from "../../store/units.ts";
import { grouped } from "../../ui/format.ts";

/** A unit on show. */
export interface Named {
  unit: Unit;
  /** The open group that it is of. */
  group: Unit | null;
}

/**
 * A name for each unit, as short as it can be: without the kind that stands above it, and without the module that the one
 * before is of, too (`stage2.0`, `.1`, `.2`).
 */
export function namesOf(standing: Named[]): string[] {
  let before = "";
  return standing.map(({ unit: { form, kind, name }, group }) => {
    if (form === "pooling") return "";
    if (form === "softmax") return "softmax";
    const around = group && moduleOf(`${group.name}.`);
    const isWithin = moduleOf(name) !== "" && [before, around].includes(moduleOf(name));
    before = moduleOf(name);
    if (isWithin) return name.slice(before.length);
    const isNumbered = kind && form !== "fire" && name.startsWith(`${kind} `);
    return isNumbered ? name.slice(kind.length + 1) : name;
  });
}

/** What stands before the last part of a name. */
const moduleOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf("."), name.lastIndexOf("/")));

/** The kind of block, or the group that is open; empty for none. */
export function kindOf({ unit: { form, kind }, group }: Named): string {
  if (group) return group.name;
  return form === "block" || form === "group" ? kind : "";
}

/** Height and width of the maps; empty for none. */
export function sizeOf({ unit: { form, output } }: Named): string {
  return output.shape.length === 3 && form !== "pooling" ? times(output.shape.slice(1)) : "";
}

/** Units in a row of which the same is said: the first, and the one behind the last. */
export interface Run {
  text: string;
  from: number;
  to: number;
}

export function runsOf(standing: Named[], textOf: (each: Named) => string): Run[] {
  const runs: Run[] = [];
  standing.map(textOf).forEach((text, at) => {
    const last = runs.at(-1);
    if (text && last?.text === text && last.to === at) last.to = at + 1;
    else if (text) runs.push({ text, from: at, to: at + 1 });
  });
  return runs;
}

/** What a layer is, in a line. */
export function about({ name, shape, parameters, macs }: Layer): string {
  const learned = parameters ? `${grouped(parameters)} parameters` : "";
  const work = macs ? `${(macs / 1e6).toFixed(1)} M multiply-adds` : "";
  return `${name}: ${[times(shape), learned, work].filter(Boolean).join(", ")}`;
}
