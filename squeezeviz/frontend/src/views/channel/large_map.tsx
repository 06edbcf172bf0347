import { useComputed } from "@preact/signals";
import { effect, type ReadonlySignal } from "@preact/signals-core";
import type { TargetedKeyboardEvent, TargetedMouseEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { mapOf, within } from "../../draw/heatmaps.ts";
import { place } from "../../draw/marks.ts";
import type { Store } from "../../store/store.ts";
import { amount } from "../../ui/format.ts";
import { useDrawing } from "../../ui/hooks.ts";
import { usePress } from "../../ui/pressing.ts";
import { useStore } from "../../ui/store.ts";
import { paintLarge } from "./draw.ts";
import { AXIS_PX, cellBeside, sideIn } from "./layout.ts";

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};
const FAR = 5;
const LEAST_MARK_PX = 3;

interface Shown {
  /** Of the map: cells down and across. */
  shape: [number, number];
  /** How it is drawn: CSS pixels across and down. */
  size: [number, number];
}

/** The chosen channel's map, large, with axes. @param width Of the panel. */
export function LargeMap({ width }: { width: ReadonlySignal<number> }) {
  const store = useStore();
  const { selection, tensors, traits } = store;
  const shown = useComputed((): Shown | null => {
    const [, ...shape] = tensors.shown()?.shape ?? [];
    const side = sideIn(width.value);
    return shape.length
      ? { shape: shape as [number, number], size: within(shape as [number, number], side, side) }
      : null;
  });
  const canvas = useDrawing((canvas) => {
    const [tensor, now] = [tensors.shown(), shown.value];
    const look = { scale: selection.scale(), palette: traits.get("palette") };
    if (tensor && now) paintLarge(canvas, tensor, selection.channel(), look, now.size);
  });
  const label = useComputed(() => labelOf(store));
  const cellAt = ({ clientX, clientY, currentTarget }: TargetedMouseEvent<HTMLCanvasElement>) => {
    const now = shown.peek();
    if (!now) return null;
    const box = currentTarget.getBoundingClientRect();
    const y = Math.floor(((clientY - box.top) / now.size[1]) * now.shape[0]);
    const x = Math.floor(((clientX - box.left - AXIS_PX) / now.size[0]) * now.shape[1]);
    return y >= 0 && x >= 0 && y < now.shape[0] && x < now.shape[1] ? ([y, x] as [number, number]) : null;
  };
  const press = (event: TargetedKeyboardEvent<HTMLCanvasElement>) => {
    const [step, now] = [STEPS[event.key], shown.peek()];
    if (!step || !now) return;
    event.preventDefault();
    event.stopPropagation();
    const far = event.shiftKey ? FAR : 1;
    selection.point(null);
    const cell = cellBeside(selection.cell(), [far * step[0], far * step[1]], now.shape);
    selection.chooseChannel(selection.channel(), cell);
  };
  const pointer = usePress<HTMLCanvasElement, [number, number]>({
    at: cellAt,
    point: (cell) => selection.point(cell && { channel: selection.channel(), cell }),
    choose: (cell) => selection.chooseChannel(selection.channel(), cell),
    open: (cell) => selection.openCell({ channel: selection.channel(), cell }),
  });
  return (
    <div class="sqv-large-place">
      <canvas
        ref={canvas}
        class="sqv-large sqv-pressed"
        tabIndex={0}
        role="application"
        aria-roledescription="feature map"
        aria-label={label}
        onKeyDown={press}
        {...pointer}
      />
      <CellMark shown={shown} />
    </div>
  );
}

/** The cell of the chosen channel that is looked at: y, x. */
function cellOf({ selection }: Store): [number, number] {
  const { channel, cell } = selection.looked();
  return channel === selection.channel() ? cell : selection.cell();
}

function labelOf(store: Store): string {
  const [tensor, channel, [y, x]] = [store.tensors.shown(), store.selection.channel(), cellOf(store)];
  if (!tensor) return "";
  const value = mapOf(tensor, channel)[y * tensor.shape[2] + x] ?? 0;
  return `Map of channel ${channel}; cell ${y}, ${x}: ${amount(value)}. Arrow keys move the cell.`;
}

function CellMark({ shown }: { shown: ReadonlySignal<Shown | null> }) {
  const store = useStore();
  const mark = useRef<HTMLDivElement>(null);
  useLayoutEffect(
    () =>
      effect(() => {
        const [now, [y, x], element] = [shown.value, cellOf(store), mark.current];
        if (!now || !element) return place(element, null);
        const [across, down] = [now.size[0] / now.shape[1], now.size[1] / now.shape[0]];
        const [wide, high] = [Math.max(across, LEAST_MARK_PX), Math.max(down, LEAST_MARK_PX)];
        place(element, { left: AXIS_PX + x * across, top: y * down });
        element.style.width = `${wide}px`;
        element.style.height = `${high}px`;
      }),
    [shown, store],
  );
  return <div ref={mark} class="sqv-mark-cell" />;
}
