import type { Store } from "../../store/store.ts";
import { percent } from "../../ui/format.ts";
import { useCalm } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";
import { lowAnswer } from "./low_answer.ts";

const COMPUTING = "computing …";

/** What the network in low precision answers instead. */
export function LowAnswer() {
  const store = useStore();
  const { precision, networks } = store;
  const said = useCalm(() => answered(store));
  const { top, words } = said;
  return (
    <section class="sqv-low-answer" aria-label="Prediction in low precision">
      <div class="sqv-spread">
        <b>{`In ${precision.name()}`}</b>
        <span class="sqv-quiet" role="status">
          {words}
        </span>
      </div>
      {/* Its place is kept while it is on its way. */}
      <ol class="sqv-rows" hidden={words !== "" && words !== COMPUTING}>
        {top.map(({ index, p, isChanged }) => (
          <li key={index} class={isChanged ? "sqv-spread sqv-is-changed" : "sqv-spread"}>
            <span class="sqv-label">{networks.label(index).label}</span>
            <span class="sqv-num">{percent(p)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Its most probable classes, or why there are none. */
function answered({ photos, precision, networks }: Store) {
  const [photo, asked] = [photos.photo(), precision.answer()];
  const none = (words: string) => ({ top: [], words });
  const problem = asked?.problem || precision.obstacle();
  if (problem) return none(problem);
  // The network in low precision has nothing ablated: its difference is from another answer than the one on show.
  if (precision.isBesideAblated()) return none("only with nothing ablated");
  if (!networks.softmaxName()) return none("only its layers are compared");
  const made = asked?.known;
  if (!photo || made?.max.length !== photo.probabilities.length) return none(COMPUTING);
  return { top: lowAnswer(photo, made.max), words: "" };
}
