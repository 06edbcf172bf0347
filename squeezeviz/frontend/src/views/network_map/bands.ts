/** What several units in a row have in common, said once above them: the size of their maps, and what kind of block they are. */
import type { Unit } from "../../store/units.ts";
import { type Frame, type Measure, SMALL, type Word } from "./marks.ts";
import { kindOf, type Named, runsOf, sizeOf } from "./names.ts";

const [SIZE_Y, AGAIN_PX, BESIDE_PX, MOST_ASIDE_PX] = [9, 420, 4, 12];

/** A unit in its place. */
export interface Standing extends Named {
  x: number;
  wide: number;
}

export interface Band {
  /** Null where there is no room for it. */
  word: Word | null;
  /** Beside the word: from, to. */
  lines: [number, number][];
  lineY: number;
  /** One of the open group that it names; null where it names none. */
  member: Unit | null;
}

export function bandsOf(standing: Standing[], { kindY }: Frame, measure: Measure): Band[] {
  const small: Measure = (text) => measure(text) * SMALL;
  return [...rowOf(standing, sizeOf, SIZE_Y, measure), ...rowOf(standing, kindOf, kindY, small)];
}

function rowOf(standing: Standing[], textOf: (each: Named) => string, y: number, measure: Measure): Band[] {
  let free = 0; // nothing stands to the right of it yet
  return runsOf(standing, textOf).flatMap(({ text, from, to }) => {
    const [first, last] = [standing[from] as Standing, standing[to - 1] as Standing];
    const member = first.group && first.unit;
    return parts(first.x, last.x + last.wide).map(([left, right]) => {
      const [middle, half] = [(left + right) / 2, measure(text) / 2];
      const x = Math.max(middle, free + half);
      const hasRoom = x - middle <= MOST_ASIDE_PX;
      const word = hasRoom ? { x, y, text, unit: "", isSmall: y !== SIZE_Y } : null;
      const hasLines = hasRoom && right - left >= 2 * half + 24;
      const lines = [
        [Math.max(left + 2, free), x - half - BESIDE_PX],
        [x + half + BESIDE_PX, right - 2],
      ] as [number, number][];
      if (hasRoom) free = Math.max(x + half, hasLines ? right - 2 : 0) + BESIDE_PX;
      return { word, lines: hasLines ? lines : [], lineY: y - 3.5, member };
    });
  });
}

/** A long band says it again and again, so that one of them is in view. */
function parts(from: number, to: number): [number, number][] {
  const count = Math.max(1, Math.floor((to - from) / AGAIN_PX));
  const length = (to - from) / count;
  return Array.from({ length: count }, (_, index) => [from + index * length, from + (index + 1) * length]);
}
