import { useComputed } from "@preact/signals";
import type { ReadonlySignal, Signal } from "@preact/signals-core";
import type { Ref, RefObject } from "preact";
import { useImperativeHandle, useLayoutEffect, useRef } from "preact/hooks";
import { createSheet, type Sheet } from "../../draw/heatmaps.ts";
import type { Store } from "../../store/store.ts";
import { useDrawings, useKeyed, useScreenHeight, useWidth } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";
import { Enlarged } from "../late.tsx";
import { differenceOf } from "../precision/difference.tsx";
import { type Arrangement, arrange, channelBeside, ordered } from "./arrangement.ts";
import type { MapsControls } from "./controls.ts";
import { paintGrid } from "./draw.ts";
import { type GroupElements, GroupView } from "./group.tsx";
import { HEADER_PX, SIZES } from "./layout.ts";

interface Props {
  size: Signal<number>;
  isBeside: boolean;
  controls: Ref<MapsControls>;
}

/** The maps, a grid a branch. */
export function Grids({ size, isBeside, controls }: Props) {
  const store = useStore();
  const { ref, width } = useWidth<HTMLDivElement>();
  const screen = useScreenHeight();
  const arrangement = useKeyed(() => {
    const room = { width: width.value, screen: screen.value, isBeside, size: SIZES[size.value] ?? 0 };
    return arrange(store, room);
  });
  const order = useComputed(() => ordersOf(store, arrangement.value));
  const orders = () => order.value;
  const elements = useRef<GroupElements>({ canvases: new Map(), grids: new Map(), focused: null });
  usePainting(arrangement, orders, elements);
  useFocusKept(elements, arrangement.value?.groups.length ?? 0);
  useImperativeHandle(controls, () => ({
    move: (dx, dy) => {
      const columns = arrangement.peek()?.groups.map(({ grid }) => grid.columns) ?? [];
      const to = channelBeside(orders(), columns, store.selection.channel(), dx, dy);
      if (to === null) return;
      store.selection.point(null);
      store.selection.chooseChannel(to);
    },
  }));
  /** The focus goes back to the grid that the map is of: what has closed it is gone. */
  const shrink = () => {
    store.selection.enlarge(false);
    const at = orders().findIndex((order) => order.includes(store.selection.channel()));
    elements.current.grids.get(at)?.focus({ preventScroll: true });
  };
  const now = arrangement.value;
  const isEnlarged = store.selection.isEnlarged();
  const least = now && (isBeside || isEnlarged) ? { minHeight: `${HEADER_PX + now.height}px` } : undefined;
  return (
    <div ref={ref} class={`sqv-groups ${now?.isStacked ? "sqv-stacked" : ""}`} style={least}>
      {now?.groups.map((group, at) => (
        // By their place: whoever has the focus in the first grid has it there in that of the next layer.
        <GroupView key={at} {...{ at, group, arrangement: now, orders, elements: elements.current }} />
      ))}
      {isEnlarged && now && <Enlarged arrangement={arrangement} close={shrink} />}
    </div>
  );
}

function ordersOf({ tensors, traits }: Store, arrangement: Arrangement | null): number[][] {
  const tensor = tensors.shown();
  if (!tensor || !arrangement) return [];
  const sort = traits.get("sort");
  return arrangement.groups.map(({ part }) => ordered(tensor, part, sort));
}

/** All grids are painted at once: how long that takes is among the page's times. */
function usePainting(
  arrangement: ReadonlySignal<Arrangement | null>,
  orders: () => number[][],
  elements: RefObject<GroupElements>,
): void {
  const { photos, precision, selection, tensors, traits } = useStore();
  const sheets = useRef<Sheet[]>([]);
  useDrawings(() => {
    const [tensor, now] = [tensors.shown(), arrangement.value];
    if (!tensor || !now || tensor.layer !== now.layer) return;
    const start = performance.now();
    const look = { scale: selection.scale(), palette: traits.get("palette") };
    const isLive = photos.photo()?.isLive === true;
    const difference = differenceOf(precision.difference(), tensor);
    const isAblated = (channel: number) => selection.isAblated(tensor.layer, channel);
    orders().forEach((channels, at) => {
      const [canvas, group] = [elements.current?.canvases.get(at), now.groups[at]];
      if (!canvas || !group) return;
      sheets.current[at] ??= createSheet();
      paintGrid(canvas, sheets.current[at], {
        tensor,
        channels,
        grid: group.grid,
        look,
        isLive,
        isAblated,
        difference,
      });
    });
    tensors.drew(performance.now() - start);
    performance.clearMarks("squeezeviz:maps"); // the last one is enough, and a camera makes twenty a second
    performance.mark("squeezeviz:maps", { detail: tensor.layer });
  });
}

/** Where the layer chosen next has fewer branches, the focus goes to the last of them rather than off the page. */
function useFocusKept({ current: elements }: RefObject<GroupElements>, count: number): void {
  const before = elements?.focused; // what is taken from the page loses it before anybody is told
  useLayoutEffect(() => {
    if (typeof before === "number" && count && before >= count) {
      elements?.grids.get(count - 1)?.focus({ preventScroll: true });
    }
  }, [count]);
}
