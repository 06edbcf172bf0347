import type { DiagnosisFound, Ranked } from "../../protocol.ts";
import type { How } from "../../store/types.ts";
import { useStore } from "../../ui/store.ts";
import { Keeping } from "../feeding/keeping.tsx";
import { chance, rowOf } from "./layout.ts";

/** What trying has shown: the ranking, what the photos can tell apart and what they cannot, and the gain over the habit. */
export function Findings({ found }: { found: DiagnosisFound }) {
  const { feeding, networks } = useStore();
  const network = networks.plain();
  const fed = networks.setting().presets.find(({ name }) => name === network?.preprocessing)?.preprocessing;
  const problem = feeding.problem("preprocessing");
  return (
    <div class="sqv-findings">
      <p class={found.is_labelled ? "sqv-verdict" : "sqv-verdict sqv-caution"}>{found.verdict}</p>
      <ol class="sqv-ranking" aria-label={rankedBy(found)}>
        {found.ranking.map((each, place) => (
          <Row
            key={each.preset}
            ranked={each}
            photos={found.photos}
            isFirst={place === 0}
            isFed={JSON.stringify(fed) === JSON.stringify(each.preprocessing)}
          />
        ))}
      </ol>
      {problem && (
        <p class="sqv-card-problem" role="alert">
          {problem}
        </p>
      )}
      <Keeping />
      <Choices found={found} />
      <details hidden={!found.left_out.length}>
        <summary>{`Left out: ${found.left_out.length}`}</summary>
        <ul class="sqv-left-out">
          {found.left_out.map((why) => (
            <li key={why}>{why}</li>
          ))}
        </ul>
      </details>
    </div>
  );
}

const rankedBy = ({ is_labelled: isLabelled, photos }: DiagnosisFound) =>
  isLabelled
    ? `Preprocessings by how many of ${photos} photos are named right, with 95 % intervals; p against the best`
    : `Preprocessings by the agreement of answers to ${photos} photos: weaker evidence than labels`;

interface RowProps {
  ranked: Ranked;
  photos: number;
  isFirst: boolean;
  /** Whether the model is fed so by now. */
  isFed: boolean;
}

function Row({ ranked, photos, isFirst, isFed }: RowProps) {
  const { feeding } = useStore();
  const { preset, words, is_in_use: wasFed, is_habit: isHabit } = ranked;
  const { share, interval, figure, beside, p } = rowOf(ranked, photos);
  return (
    <li class={isFirst ? "sqv-ranked sqv-ranked-first" : "sqv-ranked"} data-preset={preset}>
      <span class="sqv-ranked-name" title={words}>
        {preset}
        {wasFed && <span class="sqv-badge">fed when tried</span>}
        {isHabit && <span class="sqv-badge">usual habit</span>}
      </span>
      <span class="sqv-ranked-bar" aria-hidden="true">
        <i class="sqv-fill" style={{ width: `${100 * share}%` }} />
        {interval && <i class="sqv-whisker" style={whisker(interval)} />}
      </span>
      <b class="sqv-num">{figure}</b>
      <span class="sqv-quiet sqv-ranked-said">
        {[...beside, ...(p === null || isFirst ? [] : [chance(p)])].join(" · ")}
      </span>
      <button
        class={isFirst && !isFed ? "sqv-button sqv-small sqv-primary" : "sqv-button sqv-small"}
        type="button"
        aria-label={isFed ? `${preset}: in use` : `Use ${preset}`}
        aria-disabled={isFed}
        onClick={() => isFed || feeding.preprocess({ preprocessing: ranked.preprocessing as unknown as How })}
      >
        {isFed ? "In use" : "Use it"}
      </button>
    </li>
  );
}

const whisker = ([least, most]: [number, number]) => ({ left: `${100 * least}%`, width: `${100 * (most - least)}%` });

/** Choice by choice: what was taken, what the photos show to be worse, and what may be as good. */
function Choices({ found: { choices } }: { found: DiagnosisFound }) {
  return (
    <section class="sqv-choices" aria-label="What the photos tell apart" hidden={!choices.length}>
      <h2>What these photos tell apart</h2>
      <dl>
        {choices.map(({ choice, taken, told_apart: worse, open }) => (
          <div key={choice}>
            <dt>{choice}</dt>
            <dd>
              <b>{taken}</b>
              {worse.length > 0 && <span>{`better than ${worse.join(" · ")}`}</span>}
              {open.length > 0 && <span class="sqv-quiet">{`cannot be told from ${open.join(" · ")}`}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
