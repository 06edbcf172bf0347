import type { ReadonlySignal } from "@preact/signals-core";
import { useMemo } from "preact/hooks";
import { sharp } from "../../draw/canvas.ts";
import { mapOf, oneMap, within } from "../../draw/heatmaps.ts";
import { differencePixel, indexOf, pixels } from "../../draw/palette.ts";
import type { Tensor } from "../../store/types.ts";
import { amount } from "../../ui/format.ts";
import { useCalm, useDrawing, useWidth } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";
import { areAlike, difference, largestOf, movements } from "./compare.ts";

const [MOVED, SMALL_PX, LEAST_PX, GAPS_PX] = [10, 40, 60, 24];

/** One of two maps. */
export interface Side {
  name: string;
  /** Null while it is on its way. */
  tensor: Tensor | null;
  channel: number;
}

export interface Sides {
  title: string;
  first: Side;
  second: Side;
  /** Whether their channels are the same ones, so that it can be said which moved most. */
  isRanked: boolean;
  /** Why maps of different sizes have no difference. */
  unlike: string;
}

interface Props {
  /** What is compared now; of signals alone. Null: nothing. */
  sides: () => Sides | null;
  label: string;
  isHidden?: boolean;
}

/** Two maps that are both there. */
interface Pair {
  sides: Sides;
  here: Tensor;
  there: Tensor;
  first: Float32Array;
  second: Float32Array;
  /** What full colour stands for in both. */
  top: number;
}

/** Two maps and their difference, second less first, on one scale; and the channels that moved most. */
export function MapDifference({ sides: read, label, isHidden }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const sides = useCalm(read);
  const pair = useLast(sides && pairOf(sides));
  const isLate = sides !== null && !(sides.first.tensor && sides.second.tensor);
  const isAlike = pair !== null && areAlike(pair.here, pair.there);
  return (
    <section class={`sqv-block sqv-difference ${isLate ? "sqv-late" : ""}`} aria-label={label} hidden={isHidden}>
      <header class="sqv-spread">
        <h2>{sides?.title}</h2>
        <span class="sqv-quiet">{pair && rangeOf(pair, isAlike)}</span>
      </header>
      <div ref={ref} class="sqv-trio">
        {pair && <Trio pair={pair} width={width} isAlike={isAlike} />}
      </div>
      <p class="sqv-quiet" hidden={isAlike || !pair}>
        {pair && !isAlike && whyNot(pair)}
      </p>
      {pair && isAlike && pair.sides.isRanked && <MovedMost pair={pair} />}
    </section>
  );
}

/** What was last there, while there is nothing. */
function useLast<T>(value: T | null): T | null {
  const last = useMemo((): { current: T | null } => ({ current: null }), []);
  last.current = value ?? last.current;
  return last.current;
}

function pairOf(sides: Sides): Pair | null {
  const [here, there] = [sides.first.tensor, sides.second.tensor];
  if (!here || !there) return null;
  const [at, other] = [sides.first.channel, sides.second.channel];
  const top = Math.max(here.max[at] ?? 0, there.max[other] ?? 0);
  return { sides, here, there, first: mapOf(here, at), second: mapOf(there, other), top };
}

function rangeOf({ first, second, top }: Pair, isAlike: boolean): string {
  if (!isAlike) return `0 to ${amount(top)}`;
  const most = largestOf(difference(first, second));
  return `one scale: 0 to ${amount(top)}, difference ±${amount(top)}; here at most ${amount(most)}`;
}

function whyNot({ sides, here, there }: Pair): string {
  const [one, other] = [here, there].map(({ shape: [, height, width] }) => `${height} × ${width}`);
  return `Maps of ${one} and of ${other} have no difference cell by cell: ${sides.unlike}.`;
}

function Trio({ pair, width, isAlike }: { pair: Pair; width: ReadonlySignal<number>; isAlike: boolean }) {
  const { traits } = useStore();
  const { sides, here, there, first, second, top } = pair;
  const shape = (tensor: Tensor) => tensor.shape.slice(1) as [number, number];
  const shade = (values: Float32Array) => {
    const table = pixels(traits.get("palette"));
    return (cell: number) => table[indexOf(values[cell] ?? 0, top)] ?? 0;
  };
  const less = isAlike ? difference(first, second) : null;
  const most = less ? largestOf(less) : 0;
  const said = ({ name, channel: at }: Side, tensor: Tensor) =>
    `${name}, channel ${at}: up to ${amount(tensor.max[at] ?? 0)}`;
  return (
    <>
      <Figure
        {...{ width, name: sides.first.name, shape: shape(here), shade: () => shade(first) }}
        label={said(sides.first, here)}
      />
      <Figure
        {...{ width, name: sides.second.name, shape: shape(there), shade: () => shade(second) }}
        label={said(sides.second, there)}
      />
      <Figure
        {...{ width, name: "difference", shape: shape(here), most, isHidden: !less }}
        shade={() => (cell) => differencePixel(top ? (less?.[cell] ?? 0) / top : 0)}
        label={`Their difference: at most ${amount(most)}`}
      />
    </>
  );
}

interface FigureProps {
  width: ReadonlySignal<number>;
  name: string;
  shape: [number, number];
  /** The colours of cells, in the palette of now. */
  shade: () => (cell: number) => number;
  label: string;
  most?: number;
  isHidden?: boolean;
}

function Figure({ width, name, shape, shade, label, most, isHidden = false }: FigureProps) {
  const canvas = useDrawing((canvas) => {
    if (isHidden) return;
    const side = Math.max(LEAST_PX, Math.floor((width.value - GAPS_PX) / 3));
    paintMap(canvas, shape, within(shape, side, side), shade());
  });
  return (
    <figure hidden={isHidden}>
      <figcaption>{name}</figcaption>
      <canvas ref={canvas} role="img" aria-label={label} data-most={most} />
    </figure>
  );
}

function paintMap(
  canvas: HTMLCanvasElement,
  [height, width]: [number, number],
  [wide, high]: [number, number],
  pixel: (cell: number) => number,
): void {
  const context = sharp(canvas, wide, high);
  context.imageSmoothingEnabled = false;
  context.drawImage(oneMap(width, height, pixel), 0, 0, wide, high);
}

/** The channels that moved furthest, to choose from. */
function MovedMost({ pair: { sides, here, there } }: { pair: Pair }) {
  const { selection } = useStore();
  const { order, moved } = useMemo(() => movements(here, there), [here, there]);
  return (
    <div class="sqv-moved-most" role="group" aria-label="Channels that moved most">
      <span class="sqv-quiet">moved most</span>
      {order.slice(0, MOVED).map((channel) => {
        const by = amount(moved[channel] ?? 0);
        return (
          <button
            key={channel}
            type="button"
            class="sqv-moved-map"
            aria-pressed={channel === sides.first.channel}
            aria-label={`Channel ${channel}, moved by ${by}`}
            title={`‖difference‖ ${by}`}
            onClick={() => selection.chooseChannel(channel)}
          >
            <SmallDifference {...{ here, there, channel }} />
            <span>{channel}</span>
          </button>
        );
      })}
    </div>
  );
}

function SmallDifference({ here, there, channel }: { here: Tensor; there: Tensor; channel: number }) {
  const canvas = useDrawing((canvas) => {
    const shape = here.shape.slice(1) as [number, number];
    const peak = Math.max(here.max[channel] ?? 0, there.max[channel] ?? 0);
    const less = difference(mapOf(here, channel), mapOf(there, channel));
    paintMap(canvas, shape, within(shape, SMALL_PX, SMALL_PX), (cell) =>
      differencePixel(peak ? (less[cell] ?? 0) / peak : 0),
    );
  });
  return <canvas ref={canvas} />;
}
