/** What every page has: the bar, what must be known of the model, the invitation while there is no photo, the ways in. */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { percent } from "../ui/format.ts";
import { useClass } from "../ui/hooks.ts";
import { useStore } from "../ui/store.ts";
import { FeedingButton } from "../views/feeding/feeding_button.tsx";
import { DropTarget } from "../views/input/drop.tsx";
import { PhotoInput } from "../views/input/input.tsx";
import { Doctor, FeedingPanel } from "../views/late.tsx";
import { LinkNotice } from "../views/link/link_notice.tsx";
import { ModelNotice, ModelPicker } from "../views/model/model.tsx";
import { Arriving, OpenModel } from "../views/model/open_model.tsx";
import { PrecisionPicker } from "../views/precision/picker.tsx";
import { PresetPicker, StageTimes } from "../views/preset/preset.tsx";
import { Strip } from "../views/strip/strip.tsx";
import { Unknown } from "../views/unknown/unknown.tsx";

const PATIENCE_MS = 200; // work that takes longer than a blink shows that it is under way

/** What stands above everything else. @param root The page's own element. @param hasLayers Whether layers are shown. */
export function Top({ root, hasLayers = false }: { root: HTMLElement; hasLayers?: boolean }) {
  return (
    <>
      <header class="sqv-bar">
        <Mark />
        <strong>squeezeviz</strong>
        <ModelPicker />
        <OpenModel />
        <PresetPicker />
        {hasLayers && <PrecisionPicker />}
        <FeedingButton />
        <StageTimes />
      </header>
      <Progress />
      <Arriving />
      <ModelNotice />
      <LinkNotice />
      <Known />
      <Invitation root={root} />
      <DropTarget root={root} />
    </>
  );
}

/** What is known of the model and what is not, and how to say it, or find it out. */
export function Known() {
  return (
    <>
      <Unknown />
      <FeedingPanel />
      <Doctor />
    </>
  );
}

function Mark() {
  return (
    <span class="sqv-mark">
      <svg viewBox="0 0 20 16" width="20" height="16" aria-hidden="true">
        <path fill="currentColor" d="M0 6h3v4H0zM6 3h3v10H6zM11 5h3v6h-3z" />
        <path class="sqv-ember" d="M16 1h3.5v14H16z" />
      </svg>
    </span>
  );
}

function Progress() {
  const store = useStore();
  const isShown = useSignal(false);
  const isBusy = useComputed(() => store.isWorking() && !store.isSilent()).value;
  useEffect(() => {
    if (!isBusy) return;
    const timer = setTimeout(() => {
      isShown.value = true;
    }, PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      isShown.value = false;
    };
  }, [isBusy, isShown]);
  return <div class="sqv-progress" hidden={!isShown.value} aria-hidden="true" />;
}

function Invitation({ root }: { root: HTMLElement }) {
  const { photos, networks } = useStore();
  useClass(root, "sqv-empty", useComputed(() => photos.all().length === 0).value);
  const network = networks.network();
  return (
    <div class="sqv-hero">
      <h2>{network?.is_drawn ? "Begin with a drawing" : "Begin with a photo"}</h2>
      <p class="sqv-quiet">
        {network?.name
          ? `${network.name} knows ${network.label_space}.`
          : "SqueezeNet 1.1 names what is in it, and shows how it came to that."}
      </p>
    </div>
  );
}

/** The photos so far, and how to add others. */
export function Photos() {
  return (
    <>
      <Strip />
      <PhotoInput />
    </>
  );
}

/** The answer, told to who cannot see it. */
export function Status() {
  const { photos, networks } = useStore();
  const said = useRef("");
  const photo = photos.photo();
  const best = photo?.ranking[0];
  // Twenty times a second nobody can listen.
  if (photo && !photo.isMoving && best !== undefined) {
    said.current = `${photo.name}: ${networks.label(best).label}, ${percent(photo.probabilities[best] ?? 0)}`;
  }
  return (
    <div class="sqv-visually-hidden sqv-status" role="status" aria-live="polite">
      {said.current}
    </div>
  );
}
