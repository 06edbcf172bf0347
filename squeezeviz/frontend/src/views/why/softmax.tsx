import { percent } from "../../ui/format.ts";
import { type Softened, softmaxTrack } from "./layout.ts";

/** What a probability of one half takes, in logits: what the class has, what the others make it need, and the least. */
export function Softmax({ made, own }: { made: Softened; own: string }) {
  const { zero, count, floor, needed } = made.softmax;
  const { logit, here, half, isShort } = softmaxTrack(made);
  const hereText = needed.here.toFixed(2);
  return (
    <div class="sqv-softmax">
      <h2>What 50 % takes</h2>
      <div class={`sqv-softmax-track ${isShort ? "sqv-softmax-short" : ""}`} aria-hidden="true">
        <i style={{ width: `${logit}%` }} />
        {half !== null && (
          <u
            class="sqv-softmax-least"
            style={{ left: `${half}%` }}
            title={`${needed.half?.toFixed(2)}: one half, all others at 0`}
          />
        )}
        <u style={{ left: `${here}%` }} title={`${hereText}: one half, the others being as they are`} />
      </div>
      <p class="sqv-quiet">
        For one half {own} needs a logit of <b>{hereText}</b>, the others being as they are; it has{" "}
        <b>{made.logit.toFixed(2)}</b>
        {needed.half === null ? "." : `. Were all others silent, ${needed.half.toFixed(2)} would do: ln ${count - 1}.`}
      </p>
      <p class="sqv-quiet">
        {zero
          ? `${zero} of the ${count - 1} others are exactly 0. Softmax gives each of them e⁰ = 1 all the same: ` +
            `together they hold ${percent(floor)}.`
          : `None of the ${count - 1} others is exactly 0: each has a little to say for it somewhere on the photo.`}
      </p>
    </div>
  );
}
