import { useRef, useState } from "preact/hooks";
import type { Store } from "../../../store/store.ts";
import type { AttributionMethod } from "../../../store/types.ts";
import { bringIntoSight } from "../../../ui/motion.ts";
import { useStore } from "../../../ui/store.ts";
import { WhichMayIBelieve } from "../judging/judging.tsx";
import type { Settings } from "./methods.ts";
import { OneAttribution } from "./one_attribution.tsx";

const usual = (method: AttributionMethod): Settings => ({ method, over: null, form: "photo" });

/** By which methods, side by side, the chosen class's logit is attributed to pixels, or to a layer's cells. */
export function Attributions() {
  const store = useStore();
  const [first, setFirst] = useState(usual("grad-cam"));
  const [second, setSecond] = useState(usual("saliency"));
  const element = useRef<HTMLElement>(null);
  const showLarge = (settings: Settings) => {
    setFirst(settings);
    bringIntoSight(() => element.current, "start");
  };
  if (!isAttributed(store)) return <Attributable />;
  const isAnyAblated = Object.keys(store.selection.ablated()).length > 0;
  return (
    <section class="sqv-attributions" aria-label="Attribution" ref={element}>
      <header class="sqv-what-if-head">
        <h2 class="sqv-section-name">Which pixels?</h2>
        <span class="sqv-quiet">
          {`attribution methods side by side: where they agree, look closer; where they do not, trust neither at once${
            isAnyAblated ? "; with nothing ablated" : ""
          }`}
        </span>
      </header>
      <div class="sqv-attribution-pair">
        <OneAttribution name="First method" settings={first} set={setFirst} />
        <OneAttribution name="Second method" settings={second} set={setSecond} />
      </div>
      <WhichMayIBelieve show={(method) => showLarge({ ...first, method, over: null })} />
    </section>
  );
}

/** What it takes, where nobody can be asked: the file alone carries no gradients. */
function Attributable() {
  const { traits, networks } = useStore();
  const isMissed = traits.get("explaining") && !networks.can("attribute");
  return (
    <section class="sqv-attributions" aria-label="Attribution" hidden={!isMissed}>
      <h2 class="sqv-section-name">Which pixels? Which may I believe?</h2>
      <p class="sqv-quiet">
        Attribution methods take gradients, which this page has not: open the photo in a notebook or in the app, where
        Python computes them.
      </p>
    </section>
  );
}

function isAttributed({ traits, networks, photos }: Store): boolean {
  if (!traits.get("explaining") || !networks.can("attribute")) return false;
  const photo = photos.photo();
  return photo !== null && !photo.isLive;
}
