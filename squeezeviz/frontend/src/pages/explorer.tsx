/** Every feature map of every layer, linked. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, RefObject } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { useClass, useWhenever } from "../ui/hooks.ts";
import { bringIntoSight } from "../ui/motion.ts";
import { useStore } from "../ui/store.ts";
import { AblatedChannels } from "../views/ablated/ablated.tsx";
import { CamSwitch } from "../views/cam/cam.tsx";
import { ChannelPanel } from "../views/channel/channel.tsx";
import type { MapsControls } from "../views/feature_maps/controls.ts";
import { FeatureMaps } from "../views/feature_maps/feature_maps.tsx";
import { HoldButton } from "../views/held/hold_button.tsx";
import { Keys } from "../views/keys/keys.tsx";
import { HeldBeside, Inside, SideBySide, TakeAway, TourCard, TwoModels, Why } from "../views/late.tsx";
import { NetworkMap } from "../views/network_map/network_map.tsx";
import { ReadOut } from "../views/read_out/read_out.tsx";
import { ReceptiveField } from "../views/receptive_field/receptive_field.tsx";
import { Stage } from "../views/stage/stage.tsx";
import { ClassSearch } from "../views/top_classes/search.ts";
import { TopClasses } from "../views/top_classes/top_classes.tsx";
import { TourOffer } from "../views/tour/tour_offer.tsx";
import { Walk } from "../views/tour/walk.ts";
import { SecondModel } from "../views/two_models/second_model.tsx";
import { Variants } from "../views/variants/variants.tsx";
import { WhyButton } from "../views/why/why_button.tsx";
import { Photos, Status, Top } from "./frame.tsx";

const NARROW_PX = 1060;

interface Props {
  /** The page's own element. */
  root: HTMLElement;
  /** What stands below everything else. */
  children?: ComponentChildren;
}

export function Explorer({ root, children }: Props) {
  const store = useStore();
  const { parts, walk, search } = useMemo(toolsOf, []);
  const maps = useRef<MapsControls>(null);
  const keys = useRef<HTMLDialogElement>(null);
  const [inside, why] = [useRef<HTMLElement>(null), useRef<HTMLElement>(null)];
  const [beside, pair] = [useRef<HTMLElement>(null), useRef<HTMLElement>(null)];
  const isOpen = () => store.selection.opened().length > 0;
  const reveal = () => bringIntoSight(() => inside.current, "nearest");
  useWhenever(isOpen, reveal);
  useWhenever(
    () => store.traits.get("explaining"),
    () => bringIntoSight(() => why.current, "start"),
  );
  useClass(root, "sqv-explorer", true);
  const around = {
    move: (dx: number, dy: number) => maps.current?.move(dx, dy),
    search: () => search.focus(),
    clear: () => search.clear(),
    reveal: () => isOpen() && reveal(),
    rest: () => root.focus({ preventScroll: true }),
    tour: () => walk.start(),
  };
  return (
    <>
      <Top root={root} hasLayers />
      <TourOffer walk={walk} />
      <AblatedChannels />
      <Columns
        {...{ root, parts, search, maps }}
        compare={() => bringIntoSight(() => beside.current, "start")}
        pair={() => bringIntoSight(() => pair.current, "start")}
      />
      <Why element={why} />
      <Inside element={inside} />
      <HeldBeside />
      {store.twoModels.second() && <TwoModels element={pair} />}
      {/* Only while it is asked for: it keeps the kernel busy with every preprocessing. */}
      {store.traits.get("comparing") && <SideBySide element={beside} />}
      <ReadOut element={parts.foot} help={() => keys.current?.showModal()} />
      <TakeAway />
      <Status />
      <Keys root={root} sheet={keys} around={around} />
      <TourCard walk={walk} root={root} />
      {children}
    </>
  );
}

type Parts = Walk["parts"];

function toolsOf() {
  const part = (): RefObject<HTMLElement | null> => ({ current: null });
  const parts = {
    photo: part(),
    network: part(),
    maps: part(),
    channel: part(),
    prediction: part(),
    variants: part(),
    foot: part(),
  };
  return { parts, walk: new Walk(parts), search: new ClassSearch() };
}

interface ColumnsProps {
  root: HTMLElement;
  parts: Parts;
  search: ClassSearch;
  maps: RefObject<MapsControls | null>;
  /** Bring what stands side by side into sight. */
  compare: () => void;
  /** The same of two networks. */
  pair: () => void;
}

/** Where there is no room for a third column, what the network says stands under the photo. */
function Columns({ root, parts, search, maps, compare, pair }: ColumnsProps) {
  const isNarrow = useNarrow(root);
  const classes = (
    <TopClasses element={parts.prediction} search={search}>
      <WhyButton />
    </TopClasses>
  );
  return (
    <div class="sqv-page">
      <div class="sqv-image">
        <Stage element={parts.photo} hasCells />
        {isNarrow && classes}
        <ReceptiveField />
        <CamSwitch />
        <HoldButton />
        <SecondModel reveal={pair} />
        <Variants element={parts.variants} reveal={compare} />
        <Photos />
      </div>
      <NetworkMap element={parts.network} />
      <FeatureMaps element={parts.maps} controls={maps} isBeside />
      {!isNarrow && classes}
      <ChannelPanel element={parts.channel} />
    </div>
  );
}

function useNarrow(root: HTMLElement): boolean {
  const isNarrow = useSignal(root.clientWidth < NARROW_PX);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => {
      isNarrow.value = root.clientWidth < NARROW_PX;
    });
    observer.observe(root);
    return () => observer.disconnect();
  }, [root, isNarrow]);
  useClass(root, "sqv-narrow", isNarrow.value);
  return isNarrow.value;
}
