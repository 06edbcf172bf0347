/** What a class comes to in many runs, of which more are known each time: its share is worked out once of each. */
import type { Trial } from "../engine/trials/trial.ts";
import type { Values } from "../engine/types.ts";
import { sigmoid, softmax } from "../host/decode.ts";
import { largestAt } from "../host/largest.ts";
import type { ProgressMessage } from "../protocol.ts";
import { viewOf } from "./bytes.ts";

type Before = Pick<ProgressMessage, "class_index" | "logit" | "probability" | "best">;

export class Told {
  readonly #logits: Values;
  readonly #index: number;
  readonly #shares: (logits: Values) => Float64Array;
  readonly #before: Before;
  readonly #own: Values;
  readonly #probabilities: Values;
  readonly #best: Uint16Array<ArrayBuffer>;
  readonly #most: Values;
  readonly #classes: number;

  /** @param before Every class's logit with nothing tried. */
  constructor(before: Values, { logits, total }: Trial, index: number, isSigmoid: boolean) {
    if (!(index < before.length)) throw new RangeError(`class_index: expected one of ${before.length}, got ${index}`);
    [this.#logits, this.#index, this.#classes] = [logits, index, before.length];
    this.#shares = isSigmoid ? sigmoid : softmax;
    const unknown = () => new Float32Array(total).fill(Number.NaN);
    [this.#own, this.#probabilities, this.#most] = [unknown(), unknown(), unknown()];
    this.#best = new Uint16Array(total);
    const probability = this.#shares(before)[index] as number;
    this.#before = { class_index: index, logit: before[index] as number, probability, best: largestAt(before) };
  }

  now(): Before & { answers: ProgressMessage["buffers"] } {
    for (let run = 0; run < this.#own.length; run += 1) {
      if (!Number.isNaN(this.#own[run])) continue;
      const logits = this.#logits.subarray(run * this.#classes, (run + 1) * this.#classes);
      if (!Number.isNaN(logits[0])) this.#note(run, logits);
    }
    const copy = (values: Values | Uint16Array<ArrayBuffer>) => viewOf(new Uint8Array(values.slice().buffer));
    return {
      ...this.#before,
      answers: {
        logits: copy(this.#own),
        probabilities: copy(this.#probabilities),
        best_classes: copy(this.#best),
        best_probabilities: copy(this.#most),
      },
    };
  }

  #note(run: number, logits: Values): void {
    const shares = this.#shares(logits);
    const best = largestAt(logits);
    this.#own[run] = logits[this.#index] as number;
    this.#probabilities[run] = shares[this.#index] as number;
    this.#best[run] = best;
    this.#most[run] = shares[best] as number;
  }
}
