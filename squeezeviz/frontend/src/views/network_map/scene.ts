/** What of the architecture diagram is in view: its layout, how wide it is, and where it is scrolled to. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { token } from "../../draw/canvas.ts";
import { measuring } from "../../draw/measure.ts";
import type { Diagram } from "../../store/diagram.ts";
import { holds } from "../../store/units.ts";
import { useWidth } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";
import { frameOf, type Layout, layoutNetwork } from "./layout.ts";
import type { Measure } from "./marks.ts";
import { TIGHT_PX } from "./widths.ts";

const [MOST_ZOOM, BESIDE_PX, FINGER_PX] = [6, 24, 26];

export interface Scene {
  /** Where it stands, and scrolls. */
  place: RefObject<HTMLDivElement | null>;
  layout: ReadonlySignal<Layout | null>;
  isTight: ReadonlySignal<boolean>;
  zoom: Signal<number>;
  /** Make units so much wider. @param at What stays where it is, from the left edge of the place; its middle by default. */
  scale(by: number, at?: number): void;
  /** Show all of it at once. */
  fit(): void;
  /** The layout is on the page: keep what is looked at in view. */
  laid(layout: Layout): void;
}

export function useScene(): Scene {
  const { diagram, networks } = useStore();
  const { ref: place, width } = useWidth<HTMLDivElement>();
  const zoom = useMemo(() => signal(1), []);
  const isTight = useMemo(() => computed(() => width.value < TIGHT_PX), []);
  const layout = useMemo(() => layoutOf({ diagram, place, width, zoom, isTight }), []);
  const view = useRef<View>({ before: null, chosen: "", kept: null });
  const chosen = () => networks.layer()?.name ?? "";
  const model = networks.plain()?.name;
  useLayoutEffect(() => {
    zoom.value = 1; // another network
  }, [model]);
  return {
    ...{ place, layout, isTight, zoom },
    scale: (by, at) => {
      const known = layout.peek();
      if (!known || !place.current) return;
      const next = Math.min(MOST_ZOOM, Math.max(known.leastZoom, zoom.peek() * by));
      const kept = at ?? place.current.clientWidth / 2;
      const from = place.current.scrollLeft + kept;
      view.current.kept = { at: kept, to: (from * next) / zoom.peek() };
      zoom.value = next;
    },
    fit: () => {
      zoom.value = layout.peek()?.leastZoom ?? 1;
    },
    laid: (known) => {
      // To ask where it is, the browser lays out the page at once: not where all is in view.
      const isCut = known.width > width.peek();
      if (isCut && place.current) place.current.scrollLeft = scrolled(view.current, known, chosen(), place.current);
      view.current = { before: known, chosen: chosen(), kept: null };
    },
  };
}

interface Given {
  diagram: Diagram;
  place: RefObject<HTMLDivElement | null>;
  width: ReadonlySignal<number>;
  zoom: ReadonlySignal<number>;
  isTight: ReadonlySignal<boolean>;
}

function layoutOf({ diagram, place, width, zoom, isTight }: Given): ReadonlySignal<Layout | null> {
  const measure = computed<Measure | null>(() => {
    if (!width.value || !place.current) return null;
    const font = `${isTight.value ? 10 : 11}px ${token(place.current, "font-family")}`;
    const [plain, strong] = [measuring(font), measuring(`600 ${font}`)];
    return (text, isStrong) => (isStrong ? strong : plain)(text);
  });
  const frame = computed(() => measure.value && frameOf(diagram.units(), measure.value));
  return computed(() => {
    if (!measure.value || !frame.value || !diagram.units().length) return null;
    const open = diagram.open();
    const groups = diagram.units().filter(({ key, members }) => members.length && open.has(key));
    const asked = { standing: diagram.standing(), groups, open, width: width.value, zoom: zoom.value };
    const narrowest = matchMedia("(pointer: coarse)").matches ? FINGER_PX : 0;
    return layoutNetwork({ ...asked, narrowest, frame: frame.value, measure: measure.value });
  });
}

interface View {
  before: Layout | null;
  chosen: string;
  /** What is to stand at a place after the zoom has changed. */
  kept: { at: number; to: number } | null;
}

/** How far to scroll: a unit stays where it was as others open and close, and another choice comes into view. */
export function scrolled(
  { before, chosen, kept }: View,
  layout: Layout,
  layer: string,
  { scrollLeft, clientWidth }: { scrollLeft: number; clientWidth: number },
): number {
  if (kept) return kept.to - kept.at;
  const [then, now] = [before && stopOf(before, layer), stopOf(layout, layer)];
  if (!now) return scrollLeft;
  const moved = then ? scrollLeft + now.x - then.x : scrollLeft;
  if (then && layer === chosen && then.isOpen === now.isOpen) return moved;
  // All of the unit where there is room for it, else the layer.
  const hit = now.width + 2 * BESIDE_PX > clientWidth && now.hits.find((each) => each.layer.name === layer);
  const { x, width } = hit || now;
  const [left, right] = [x - BESIDE_PX, x + width + BESIDE_PX];
  return right - left > clientWidth ? left : Math.max(Math.min(moved, left), right - clientWidth);
}

const stopOf = ({ stops }: Layout, layer: string) => stops.find(({ unit }) => holds(unit, layer));
