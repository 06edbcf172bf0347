import { effect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Judged, Judging } from "../../../store/judging.ts";
import type { ChosenTraits } from "../../../store/traits.ts";
import type { AttributionMethod } from "../../../store/types.ts";
import { useLater, useStore } from "../../../ui/store.ts";
import { GROUPS, titleOf } from "../attribution/methods.ts";
import { Running } from "../running.tsx";
import { MEASURES } from "./measures.ts";
import { problemOf } from "./numbers.ts";
import { PhotoBox } from "./photo_box.tsx";
import { MeasuresTable } from "./table.tsx";

interface Props {
  /** Shows a method large. */
  show: (method: AttributionMethod) => void;
}

/** Methods of attribution measured side by side on this photo: what each may be believed for, and what not. */
export function WhichMayIBelieve({ show }: Props) {
  const { traits, networks, selection } = useStore();
  const { judging } = useLater();
  useEffect(() => stopUnseen(traits, judging), [traits, judging]);
  const [made, methods] = [judging.of(), judging.methods()];
  const own = networks.label(selection.classIndex()).label;
  const isMore = made?.state === "whole" && methods.some((method) => !made.methods.includes(method));
  const shown = methods.filter((method) => made?.methods.includes(method));
  return (
    <section class="sqv-judging" aria-label="Which may I believe?">
      <header class="sqv-what-if-head">
        <h2 class="sqv-section-name">Which may I believe?</h2>
        <span class="sqv-quiet">
          {`methods measured side by side on this photo, for ${own}; no measure proves a map right, some prove one wrong`}
        </span>
      </header>
      <div class="sqv-judging-set">
        <PhotoBox />
        <div class="sqv-judging-how">
          <Methods />
          <Running
            state={isMore ? "idle" : (made?.state ?? "idle")}
            done={made?.done ?? 0}
            total={made?.total ?? 0}
            problem={made?.problem}
            invitation={`Measure ${methods.length} method${methods.length === 1 ? "" : "s"}`}
            unit={made?.total ? "maps made" : "maps made: all were there"}
            start={() => judging.start()}
            stop={() => judging.stop()}
          />
          {made ? (
            <p class="sqv-quiet">
              A click on a method's picture shows it above. Bold is the best of these; the grey curve is chance. Curves
              begin with none of the pixels, the line of random weights with all as they were learned.
            </p>
          ) : (
            <p class="sqv-quiet">
              A map looks convincing whether it is right or not. Each method makes its map eleven times or so: of this
              photo, of copies that nobody could tell from it, and of the network with random weights.
            </p>
          )}
          <Says made={made} />
        </div>
      </div>
      {made && shown.length > 0 && <MeasuresTable made={made} methods={shown} show={show} />}
    </section>
  );
}

/** What each measure says, and what it does not; and why one cannot be taken here. */
function Says({ made }: { made: Judged | null }) {
  return (
    <dl class="sqv-judging-says">
      {MEASURES.map(({ name, title, better, range, says }) => {
        const problem = made && problemOf(made, name);
        return (
          <div key={name}>
            <dt>
              {title}
              <span class="sqv-quiet">{`${better}; ${range}`}</span>
            </dt>
            <dd>{says(made?.about ?? null)}</dd>
            {problem && <dd class="sqv-attribution-caution">{`Not measured: ${problem}.`}</dd>}
          </div>
        );
      })}
    </dl>
  );
}

/** Which methods, to choose from all. */
function Methods() {
  const { judging } = useLater();
  const chosen = judging.methods();
  const offered = GROUPS.flatMap(([, titles]) => Object.keys(titles) as AttributionMethod[]);
  const toggle = (method: AttributionMethod) => {
    const isChosen = chosen.includes(method);
    judging.choose(offered.filter((each) => (each === method ? !isChosen : chosen.includes(each))));
  };
  return (
    <fieldset class="sqv-judging-methods">
      <legend class="sqv-quiet">Methods</legend>
      {offered.map((method) => (
        <label
          key={method}
          title={method === "score-cam" ? "Slow: each map runs the network once a channel" : undefined}
        >
          <input
            type="checkbox"
            checked={chosen.includes(method)}
            disabled={chosen.length === 1 && chosen.includes(method)}
            onChange={() => toggle(method)}
          />
          {titleOf(method)}
        </label>
      ))}
    </fieldset>
  );
}

/** Nobody waits for what nobody sees. @returns What ends that. */
function stopUnseen(traits: ChosenTraits, judging: Judging): () => void {
  const forget = effect(() => {
    if (!traits.get("explaining")) judging.stop();
  });
  return () => {
    forget();
    judging.stop();
  };
}
