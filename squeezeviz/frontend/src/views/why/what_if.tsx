import { effect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { Store } from "../../store/store.ts";
import type { WhatIf as Trials } from "../../store/what_if.ts";
import { useLater, useStore } from "../../ui/store.ts";
import { OCCLUSION, Occlusion } from "./occlusion/occlusion.tsx";
import { PAIRS, Pairs } from "./pairs/pairs.tsx";
import { SweepBars } from "./sweep_bars.tsx";

/** What would change the network's mind: found by trying, while the page goes on. What is set outlives its closing. */
export function WhatIf() {
  const store = useStore();
  const [occlusion, setOcclusion] = useState(OCCLUSION);
  const [pairs, setPairs] = useState(PAIRS);
  const { whatIf } = useLater();
  useEffect(() => stopUnseen(store, whatIf), [store, whatIf]);
  if (!isAnythingTried(store)) return <div class="sqv-what-if" hidden />;
  const isAnyAblated = Object.keys(store.selection.ablated()).length > 0;
  return (
    <div class="sqv-what-if">
      <header class="sqv-what-if-head">
        <h2 class="sqv-section-name">What would change its mind?</h2>
        <span class="sqv-quiet">
          {isAnyAblated ? "found by trying, with nothing ablated" : "found by trying: each is a run of the network"}
        </span>
      </header>
      <div class="sqv-why-body">
        <Occlusion settings={occlusion} set={setOcclusion} />
        <SweepBars />
        <Pairs settings={pairs} set={setPairs} />
      </div>
    </div>
  );
}

/** Whether it is on show. */
export function isAnythingTried({ traits, networks, photos }: Store): boolean {
  if (!traits.get("explaining") || !networks.can("what-if")) return false;
  const photo = photos.photo();
  return photo !== null && !photo.isLive;
}

/** Nobody waits for what nobody sees. @returns What ends that. */
function stopUnseen(store: Store, whatIf: Trials): () => void {
  const forget = effect(() => {
    if (!isAnythingTried(store)) whatIf.stop();
  });
  return () => {
    forget();
    whatIf.stop();
  };
}
