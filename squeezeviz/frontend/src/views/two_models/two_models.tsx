import type { Store } from "../../store/store.ts";
import type { TwoModelsCompared } from "../../store/two_models.ts";
import type { Picture } from "../../store/types.ts";
import { percent } from "../../ui/format.ts";
import { useCalm } from "../../ui/hooks.ts";
import { Icon } from "../../ui/Icon.tsx";
import { PictureBox } from "../../ui/PictureBox.tsx";
import type { PartProps } from "../../ui/part.ts";
import { useStore } from "../../ui/store.ts";
import { MapDifference, type Sides } from "../map_difference/map_difference.tsx";
import { Pairs } from "./pairs.tsx";

type Answer = TwoModelsCompared["a"];

/** The network that answers beside a second one: what both say, and the layers that stand for each other. */
export function TwoModels({ element }: PartProps) {
  const store = useStore();
  const { twoModels } = store;
  const { known, before, problem } = useCalm(() => twoModels.compared());
  return (
    <section
      ref={element}
      class={`sqv-beside sqv-two-models ${known || problem ? "" : "sqv-behind"}`}
      aria-label="Two networks"
      aria-busy={!known && !problem}
    >
      <header class="sqv-maps-title">
        <h2 class="sqv-section-name">Two networks, one photo</h2>
        <span class="sqv-quiet">A answers on this page, B is compared with it; the difference is B − A</span>
        <button
          class="sqv-icon-button"
          type="button"
          aria-label="Close the comparison of two networks"
          onClick={() => twoModels.choose("")}
        >
          <Icon name="close" />
        </button>
      </header>
      {problem && (
        <p class="sqv-card-problem" role="alert">
          {problem}
        </p>
      )}
      <p class="sqv-verdict" role="status">
        {known?.verdict ?? (problem ? "" : `Asking ${twoModels.second()} …`)}
      </p>
      {before && !problem && <Compared made={before} />}
    </section>
  );
}

function Compared({ made }: { made: TwoModelsCompared }) {
  const store = useStore();
  return (
    <div class="sqv-halves">
      <div class="sqv-two-answers">
        <AnswerOf sign="A" answer={made.a} seen={made.seen.a} />
        <AnswerOf sign="B" answer={made.b} seen={made.seen.b} />
        <p class="sqv-quiet" hidden={!made.classes}>{`Classes: ${made.classes}.`}</p>
      </div>
      <Pairs made={made} />
      <Maps store={store} made={made} />
      <Lone made={made} />
    </div>
  );
}

function AnswerOf({ sign, answer, seen }: { sign: string; answer: Answer; seen: Picture }) {
  return (
    <article class="sqv-two-answer" aria-label={`${sign}: ${answer.model}`}>
      <PictureBox picture={seen} alt={`The photo as ${answer.model} sees it`} />
      <div>
        <header class="sqv-cut-off" title={answer.model}>
          <b>{`${sign} ${answer.model}`}</b>
        </header>
        <ol class="sqv-card-top">
          {answer.top.map(({ label, probability, is_shared: isShared }, at) => (
            <li key={at} title={isShared ? undefined : "Not among the first five of the other"}>
              <i aria-hidden="true" style={{ width: `${Math.max(1, 100 * probability)}%` }} />
              <span class="sqv-cut-off" title={label}>
                {label}
              </span>
              <span class="sqv-step-mark">{isShared ? "both" : ""}</span>
              <span class="sqv-num">{percent(probability)}</span>
            </li>
          ))}
        </ol>
        <p class="sqv-quiet" title={answer.words}>{`${answer.preset}: ${answer.words}`}</p>
        {answer.assumed.map((words) => (
          <p key={words} class="sqv-quiet">
            {words}
          </p>
        ))}
      </div>
    </article>
  );
}

/** The chosen channel in both, and their difference. */
function Maps({ store, made }: { store: Store; made: TwoModelsCompared }) {
  const { twoModels, networks } = store;
  const pair = useCalm(() => twoModels.pair());
  const problem = useCalm(() => {
    const chosen = twoModels.pair();
    return chosen ? twoModels.tensor(chosen.b).problem : "";
  });
  const layer = networks.layer()?.name ?? "";
  if (!pair || problem) {
    const instead = `${layer} has no counterpart in ${made.b.model}: choose one of the layers that have.`;
    return (
      <section class="sqv-block" aria-label="Maps of both networks">
        <h2>{layer}</h2>
        <p class="sqv-quiet" role={problem ? "alert" : undefined}>
          {problem || instead}
        </p>
      </section>
    );
  }
  return <MapDifference label="Maps of both networks" sides={() => sidesOf(store, made)} />;
}

function sidesOf({ twoModels, tensors, selection }: Store, made: TwoModelsCompared): Sides | null {
  const pair = twoModels.pair();
  if (!pair) return null;
  const channel = selection.channel();
  const names = pair.a === pair.b ? pair.a : `${pair.a} and ${pair.b}`;
  return {
    title: `${names}, channel ${channel}`,
    first: { name: `A ${made.a.model}`, tensor: tensors.of(pair.a), channel },
    second: {
      name: `B ${made.b.model}`,
      tensor: twoModels.tensor(pair.b).known,
      channel: Math.min(channel, (pair.shape_b[0] ?? 1) - 1),
    },
    isRanked: true,
    unlike: "the layers are of different sizes",
  };
}

function Lone({ made: { a, b } }: { made: TwoModelsCompared }) {
  const sides = [
    { sign: "A", ...a },
    { sign: "B", ...b },
  ].filter(({ unmatched }) => unmatched.length);
  if (!sides.length) return null;
  return (
    <details class="sqv-block sqv-folded">
      <summary>
        <h2>Layers without a counterpart</h2>
        <span class="sqv-quiet">
          {sides.map(({ sign, unmatched, layers }) => `${unmatched.length} of ${layers} in ${sign}`).join(", ")}
        </span>
      </summary>
      {sides.map(({ sign, unmatched }) => (
        <p key={sign} class="sqv-quiet">
          <b>{sign}</b> {unmatched.join(", ")}
        </p>
      ))}
    </details>
  );
}
