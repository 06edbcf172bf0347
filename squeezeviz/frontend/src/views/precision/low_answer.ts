/** What the network in low precision answers, from float32's answer and the difference. */
import type { Logits } from "../../store/types.ts";

const SHOWN = 3;

/**
 * The most probable classes in low precision.
 *
 * @param photo As float32 answers it.
 * @param difference Low precision's probabilities less float32's, one a class.
 */
export function lowAnswer({ probabilities, ranking }: Logits, difference: Float32Array) {
  const low = Array.from(probabilities, (p, index) => Math.max(0, p + (difference[index] ?? 0)));
  const best = [...ranking].sort((a, b) => (low[b] ?? 0) - (low[a] ?? 0)).slice(0, SHOWN);
  // Only another first class is another answer.
  return best.map((index, rank) => ({ index, p: low[index] ?? 0, isChanged: rank === 0 && index !== ranking[0] }));
}
