/** How wide units are: comfortable where there is room, and all of it is filled; else narrower, and at last they scroll. */
import type { Unit } from "../../store/units.ts";
import type { Measure } from "./marks.ts";
import { kindOf, type Named, namesOf, runsOf } from "./names.ts";
import type { Inside } from "./open.ts";

/** Narrower than this, everything is smaller. */
export const TIGHT_PX = 560;
const COMFORTABLE = { layer: 50, pooling: 15, softmax: 46 };
const TIGHT = { layer: 42, pooling: 10, softmax: 38 };
const LEAST = { layer: 26, pooling: 8, fire: 28, block: 28, group: 56 };
const [MOST_LAYER_PX, MOST_NAME_PX] = [90, 76];

interface Range {
  least: number;
  most: number;
}

/**
 * @param room In CSS pixels.
 * @param insides Of units that are open.
 * @param narrowest Of a unit: a finger needs more than a mouse.
 */
export function widthsOf(
  standing: Named[],
  room: number,
  insides: Map<Unit, Inside>,
  measure: Measure,
  narrowest = 0,
): number[] {
  const kinds = standing.map(() => 0); // each unit's part of the word that stands over several
  for (const { text, from, to } of runsOf(standing, kindOf)) kinds.fill((measure(text) + 4) / (to - from), from, to);
  const names = namesOf(standing);
  const ranges = standing.map(({ unit }, at) => {
    const inside = insides.get(unit);
    const named = Math.min(MOST_NAME_PX, measure(names[at] ?? "", true) + 6);
    if (inside) return { least: inside.wide, most: inside.wide };
    const range = rangeOf(unit.form, { named, kind: kinds[at] ?? 0 }, room < TIGHT_PX);
    return { least: Math.max(narrowest, range.least), most: Math.max(narrowest, range.most) };
  });
  const [least, most] = [sum(ranges.map((range) => range.least)), sum(ranges.map((range) => range.most))];
  const share = most > least ? Math.min(1, Math.max(0, (room - least) / (most - least))) : 1;
  const widths = ranges.map((range) => range.least + share * (range.most - range.least));
  return filled(widths, standing, insides, room - sum(widths));
}

function rangeOf(form: Unit["form"], { named, kind }: { named: number; kind: number }, isTight: boolean): Range {
  if (form === "layer" || form === "pooling" || form === "softmax") {
    const most = (isTight ? TIGHT : COMFORTABLE)[form];
    const comfortable = Math.max(most, named - 3);
    if (form === "softmax") return { least: comfortable, most: comfortable };
    return { least: Math.max(LEAST[form], Math.min(comfortable, most + 8, named)), most: comfortable };
  }
  const least = Math.max(LEAST[form], named, kind);
  return { least, most: least };
}

/** Room that is left goes to blocks; where there are none, to layers. */
function filled(widths: number[], standing: Named[], insides: Map<Unit, Inside>, left: number): number[] {
  const isBlock = ({ unit: { form } }: Named) => form === "fire" || form === "block" || form === "group";
  const hasBlocks = standing.some((each) => isBlock(each) && !insides.has(each.unit));
  const takes = standing.map(
    (each) => !insides.has(each.unit) && (hasBlocks ? isBlock(each) : each.unit.form === "layer"),
  );
  const more = Math.max(0, left) / Math.max(1, takes.filter(Boolean).length);
  return widths.map((wide, at) => {
    if (!takes[at]) return wide;
    return hasBlocks ? wide + more : Math.max(wide, Math.min(MOST_LAYER_PX, wide + more));
  });
}

export const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
