import { useState } from "preact/hooks";
import type { Questions } from "../../store/questions.ts";
import type { Store } from "../../store/store.ts";
import type { Evidence, ReceptiveFieldContributions } from "../../store/types.ts";
import { signed } from "../../ui/format.ts";
import { useCalm } from "../../ui/hooks.ts";
import { Icon } from "../../ui/Icon.tsx";
import type { PartProps } from "../../ui/part.ts";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import { useLater, useStore } from "../../ui/store.ts";
import { Attributions } from "./attribution/attributions.tsx";
import { ChannelBars } from "./channel_bars.tsx";
import { EvidenceMap, type Shows } from "./evidence_map/evidence_map.tsx";
import { ReceptiveFieldBars } from "./receptive_field_bars.tsx";
import { Softmax } from "./softmax.tsx";
import { isAnythingTried, WhatIf } from "./what_if.tsx";

/**
 * Why this class: where the network saw it, which channels said so, how far they had to look, and what it would have
 * taken; in logit units that add up.
 */
export function Why({ element }: PartProps) {
  const store = useStore();
  const { questions } = useLater();
  const [shows, show] = useState<Shows>("evidence");
  const shown = useCalm(() => evidenceShown(store, questions));
  const classes = `sqv-beside sqv-why ${shown?.isLate ? "sqv-late" : ""}`;
  const isTried = useCalm(() => isAnythingTried(store));
  return (
    <section ref={element} class={classes} aria-label="Why this class" hidden={!shown && !isTried}>
      {shown && (
        <>
          <header class="sqv-maps-title">
            <h2 class="sqv-section-name">{titleOf(store, shown.made)}</h2>
            {store.networks.classMaps()?.is_decomposed && <Against />}
            <GrowForClass />
            <button
              class="sqv-icon-button"
              type="button"
              aria-label="Close the evidence"
              onClick={() => store.traits.set({ explaining: false })}
            >
              <Icon name="close" />
            </button>
          </header>
          <p class="sqv-equation" role="status" aria-live="polite">
            {shown.made && <Sum made={shown.made} />}
            {!shown.made && !shown.problem && <span class="sqv-quiet">{shown.note || "Adding up the evidence …"}</span>}
          </p>
          {shown.problem && (
            <p class="sqv-card-problem" role="alert">
              {shown.problem}
            </p>
          )}
          {shown.made && <Body made={shown.made} ways={shown.ways} shows={shows} show={show} />}
        </>
      )}
      <Attributions />
      <WhatIf />
    </section>
  );
}

/** Begins a picture that excites the class. */
function GrowForClass() {
  const { networks } = useStore();
  const { moving } = useLater();
  const begin = () => {
    moving.growing.choose({ subject: "class" });
    moving.growing.start("anew");
  };
  return (
    <button
      class="sqv-button sqv-grow-for-class"
      type="button"
      title="Grow a picture that excites this class: on the stage, and beside the chosen channel"
      hidden={!networks.setting().abilities?.includes("grow")}
      onClick={begin}
    >
      Grow a picture of it
    </button>
  );
}

interface Ways {
  known: ReceptiveFieldContributions | null;
  problem: string;
}

interface Shown {
  /** Of the class before, while its own is on its way. */
  made: Evidence | null;
  isLate: boolean;
  problem: string;
  /** Why there is none, where nothing is wrong. */
  note: string;
  /** How far it looked. */
  ways: Ways;
}

const LIVE = "While the camera is on, every number changes. Freeze a frame to see why.";
const NONE: Ways = { known: null, problem: "" };
const NOTHING: Shown = { made: null, isLate: false, problem: "", note: "", ways: NONE };

/** Null where there is nothing to show. */
function evidenceShown({ traits, photos, networks }: Store, questions: Questions): Shown | null {
  if (!traits.get("explaining") || !networks.can("why")) return null;
  const photo = photos.photo();
  if (!photo) return null;
  if (!networks.classMaps()?.is_decomposed) {
    const why = networks.plain()?.no_class_maps || "its maps are no weighted sums of features, cell by cell";
    return { ...NOTHING, note: `The logits are not decomposed: ${why}.` };
  }
  if (photo.isLive) return { ...NOTHING, note: LIVE };
  const { known, before, problem } = questions.evidence();
  const ways = known ? questions.contributions() : NONE;
  return { made: problem ? null : (known ?? before), isLate: !known && !problem, problem, note: "", ways };
}

function titleOf({ networks, selection }: Store, made: Evidence | null): string {
  const own = networks.label(made?.class_index ?? selection.classIndex()).label;
  const contrast = made?.contrast;
  return contrast ? `Why ${own} and not ${networks.label(contrast.contrast_class).label}?` : `Why ${own}?`;
}

function Sum({ made }: { made: Evidence }) {
  const { contrast } = made;
  const [total, residual] = contrast ? [contrast.difference, contrast.residual] : [made.logit, made.residual];
  return (
    <>
      <b class="sqv-value" data-logit={total}>
        {contrast ? signed(total, 4) : total.toFixed(4)}
      </b>
      {contrast ? " is how much further its logit goes; " : " is its logit; "}
      {`${made.shape[0] * made.shape[1]} cells add up to it, and leave `}
      <span data-residual={residual}>{residual.toExponential(1).replaceAll("-", "−")}</span> to rounding.
    </>
  );
}

const MOST_PROBABLE = 6;

/** The class that it is weighed against, to choose from the most probable and those that are pinned. */
function Against() {
  const { photos, selection, traits, networks } = useStore();
  const contrast = selection.contrastClass();
  const own = selection.classIndex();
  const ranking = useCalm(() => photos.photo()?.ranking.slice(0, MOST_PROBABLE) ?? []);
  const offered = new Set([...ranking, ...traits.get("pinned"), ...(contrast === null ? [] : [contrast])]);
  offered.delete(own);
  return (
    <select
      class="sqv-select"
      aria-label="Compare with another class"
      value={contrast === null ? "" : String(contrast)}
      onChange={({ currentTarget: { value } }) => traits.set({ contrast_class: value === "" ? null : Number(value) })}
    >
      <option value="">on its own</option>
      {[...offered].map((index) => (
        <option key={index} value={index}>{`against ${networks.label(index).label}`}</option>
      ))}
    </select>
  );
}

const SHOWS = [
  { value: "evidence", text: "evidence", title: "What each cell adds to the logit" },
  { value: "per_location", text: "per location", title: "What each cell alone would have answered" },
] as const;

interface BodyProps {
  made: Evidence;
  ways: Ways;
  shows: Shows;
  show: (shows: Shows) => void;
}

function Body({ made, ways, shows, show }: BodyProps) {
  const { networks } = useStore();
  return (
    <div class="sqv-why-body">
      <div class="sqv-block">
        <header class="sqv-spread">
          <h2>Where</h2>
          <RadioGroup label="What the map shows" options={SHOWS} value={shows} choose={show} />
        </header>
        <EvidenceMap made={made} shows={shows} />
      </div>
      <ChannelBars made={made} />
      <div class="sqv-block">
        <header class="sqv-spread">
          <h2>How far it looked</h2>
          <span class="sqv-quiet">px a path sees</span>
        </header>
        <ReceptiveFieldBars branches={made.branches} contributions={ways.known} problem={ways.problem} />
        {made.softmax && (
          <Softmax made={{ logit: made.logit, softmax: made.softmax }} own={networks.label(made.class_index).label} />
        )}
      </div>
    </div>
  );
}
