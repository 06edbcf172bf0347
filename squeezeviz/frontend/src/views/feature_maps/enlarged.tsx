import { useComputed } from "@preact/signals";
import { effect, type ReadonlySignal } from "@preact/signals-core";
import type { TargetedMouseEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { sharp } from "../../draw/canvas.ts";
import { channelMap, topOf } from "../../draw/heatmaps.ts";
import { place } from "../../draw/marks.ts";
import { branchOf, times } from "../../store/layers.ts";
import type { Point } from "../../store/types.ts";
import { amount } from "../../ui/format.ts";
import { useCalm, useDrawing, useWidth } from "../../ui/hooks.ts";
import { Icon } from "../../ui/Icon.tsx";
import { usePress } from "../../ui/pressing.ts";
import { useStore } from "../../ui/store.ts";
import { differenceMap, differenceOf } from "../precision/difference.tsx";
import type { Arrangement } from "./arrangement.ts";
import { enlarge } from "./layout.ts";

const HEAD_PX = 36;

interface Props {
  arrangement: ReadonlySignal<Arrangement | null>;
  close: () => void;
}

/** The chosen map large, over the grid of all of them, which stays where it is. */
export function Enlarged({ arrangement, close }: Props) {
  const { precision, selection, tensors, traits } = useStore();
  const { ref, width } = useWidth<HTMLDivElement>();
  const shown = useComputed(() => {
    const [, height = 0, across = 0] = tensors.shown()?.shape ?? [];
    const shape: [number, number] = [height, across];
    const area = { width: width.value - 4, height: (arrangement.value?.height ?? 0) - HEAD_PX };
    return { shape, size: enlarge(shape, area, window.devicePixelRatio) };
  });
  const canvas = useDrawing((canvas) => {
    const tensor = tensors.shown();
    const [wide, high] = shown.value.size;
    if (!tensor || !wide) return;
    const context = sharp(canvas, wide, high);
    context.imageSmoothingEnabled = false;
    const look = { scale: selection.scale(), palette: traits.get("palette") };
    const difference = differenceOf(precision.difference(), tensor);
    const map = difference
      ? differenceMap(difference, selection.channel())
      : channelMap(tensor, selection.channel(), look);
    context.drawImage(map, 0, 0, wide, high);
  });
  const pointAt = ({ clientX, clientY, currentTarget }: TargetedMouseEvent<HTMLCanvasElement>): Point => {
    const box = currentTarget.getBoundingClientRect();
    const { shape } = shown.value;
    const inside = (share: number, cells: number) => Math.min(cells - 1, Math.max(0, Math.floor(share * cells)));
    const y = inside((clientY - box.top) / box.height, shape[0]);
    const x = inside((clientX - box.left) / box.width, shape[1]);
    return { channel: selection.channel(), cell: [y, x] };
  };
  const press = usePress({
    at: pointAt,
    point: (point) => selection.point(point),
    choose: ({ channel, cell }) => selection.chooseChannel(channel, cell),
    open: (point) => selection.openCell(point),
  });
  return (
    <div ref={ref} class="sqv-enlarged" role="group" aria-label="The chosen map, enlarged">
      <Head close={close} />
      <div class="sqv-enlarged-map">
        <canvas
          ref={canvas}
          role="img"
          aria-label={`Map of channel ${selection.channel()}`}
          class="sqv-pressed"
          {...press}
        />
        <CellMark shown={shown} />
      </div>
    </div>
  );
}

function Head({ close }: { close: () => void }) {
  const { networks, precision, selection, tensors } = useStore();
  const said = useCalm(() => {
    const [tensor, network, channel] = [tensors.shown(), networks.network(), selection.channel()];
    const layer = network?.layers.find(({ name }) => name === tensor?.layer);
    if (!tensor || !network || !layer) return "";
    const [, ...shape] = tensor.shape;
    const made = differenceOf(precision.difference(), tensor);
    const most = amount(made?.most ?? topOf(tensor, channel, selection.scale()));
    const range = made ? `${precision.name()} − FP32, −${most} to ${most}` : `0 to ${most}`;
    return [branchOf(network, layer, channel).name, times(shape), range].join(", ");
  });
  return (
    <header class="sqv-spread">
      <span>
        <b>Channel {selection.channel()}</b> <span class="sqv-quiet">{said}</span>
      </span>
      <button
        class="sqv-icon-button"
        type="button"
        title="Back to all maps (Esc)"
        aria-label="Back to all maps"
        onClick={close}
      >
        <Icon name="close" />
      </button>
    </header>
  );
}

interface Shown {
  shape: [number, number];
  size: [number, number];
}

/** The cell that is looked at. */
function CellMark({ shown }: { shown: { readonly value: Shown } }) {
  const { selection } = useStore();
  const mark = useRef<HTMLDivElement>(null);
  useLayoutEffect(
    () =>
      effect(() => {
        const { shape, size } = shown.value;
        const { channel, cell } = selection.looked();
        const [y, x] = channel === selection.channel() ? cell : selection.cell();
        const [wide, high] = [size[0] / shape[1], size[1] / shape[0]];
        const isSeen = wide > 0 && high > 0;
        place(mark.current, isSeen ? { left: x * wide, top: y * high } : null);
        if (!mark.current || !isSeen) return;
        mark.current.style.width = `${wide}px`;
        mark.current.style.height = `${high}px`;
      }),
    [shown],
  );
  return <div ref={mark} class="sqv-mark-cell" />;
}
