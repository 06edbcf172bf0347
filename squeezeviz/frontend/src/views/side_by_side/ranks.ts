/** How a ranking has moved. */
import type { Logits } from "../../store/types.ts";

const SHOWN = 5;

export interface Rank {
  index: number;
  probability: number;
  /** Places up from where it was; below zero, down. */
  step: number;
  /** Counted from 1. */
  before: number;
  /** The answer, and another one than before. */
  isNewAnswer: boolean;
}

/** The most probable classes of an answer, with where they stood in another. */
export function ranksOf(answer: Logits, before: Logits): Rank[] {
  const places = new Map(before.ranking.map((index, place) => [index, place]));
  return answer.ranking.slice(0, SHOWN).map((index, place) => {
    const was = places.get(index) ?? 0;
    return {
      index,
      probability: answer.probabilities[index] ?? 0,
      step: was - place,
      before: was + 1,
      isNewAnswer: place === 0 && was !== 0,
    };
  });
}
