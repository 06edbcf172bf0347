import { useState } from "preact/hooks";
import type { Store } from "../../../store/store.ts";
import type { AttributionMethod } from "../../../store/types.ts";
import { useStore } from "../../../ui/store.ts";
import type { Settings } from "./methods.ts";
import { OneAttribution } from "./one_attribution.tsx";

const usual = (method: AttributionMethod): Settings => ({ method, over: null, form: "photo" });

/** By which methods, side by side, the chosen class's logit is attributed to pixels, or to a layer's cells. */
export function Attributions() {
  const store = useStore();
  const [first, setFirst] = useState(usual("grad-cam"));
  const [second, setSecond] = useState(usual("saliency"));
  if (!isAttributed(store)) return <div class="sqv-attributions" hidden />;
  const isAnyAblated = Object.keys(store.selection.ablated()).length > 0;
  return (
    <section class="sqv-attributions" aria-label="Attribution">
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
    </section>
  );
}

function isAttributed({ traits, networks, photos }: Store): boolean {
  if (!traits.get("explaining") || !networks.can("attribute")) return false;
  const photo = photos.photo();
  return photo !== null && !photo.isLive;
}
