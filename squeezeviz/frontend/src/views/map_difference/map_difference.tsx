import { useMemo, useRef } from "preact/hooks";
import { oneMap } from "../../atlas.js";
import { sharp } from "../../draw/canvas.ts";
import { differencePixel, indexOf, pixels } from "../../palette.js";
import type { Store } from "../../store/store.ts";
import { amount } from "../../ui/format.ts";
import { useCalm, useDrawing, useWidth } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";
import { type Moved, movedMost, type Pair, pairOf, type Sides, sizeWithin } from "./difference.ts";

const [MOVED, SMALL_PX, LEAST_PX, GAP_PX] = [10, 40, 60, 12];

interface Props {
  label: string;
  /** What is compared now. It is always the same function. */
  read: (store: Store) => Sides | null;
  isHidden?: boolean;
}

interface Shown {
  sides: Sides;
  pair: Pair;
}

/**
 * Two maps and their difference, second less first, on one scale; and the channels that moved most. While one of the maps is
 * on its way, those before stay.
 */
export function MapDifference({ label, read, isHidden }: Props) {
  const store = useStore();
  const last = useRef<Shown | null>(null);
  const sides = useCalm(() => read(store));
  const pair = useMemo(() => sides && pairOf(sides), [sides]);
  if (sides && pair) last.current = { sides, pair };
  const shown = last.current;
  return (
    <section
      class="sqv-block sqv-difference"
      aria-label={label}
      aria-busy={sides !== null && !pair}
      hidden={isHidden || !sides}
    >
      <header class="sqv-spread">
        <h2>{sides?.title}</h2>
        <span class="sqv-quiet">{shown && rangeOf(shown.pair)}</span>
      </header>
      <Trio read={read} shown={shown} />
      <p class="sqv-quiet" hidden={shown?.pair.change !== null}>
        {shown && unlike(shown)}
      </p>
      {shown?.sides.isRanked && shown.pair.change && <MovedMost sides={shown.sides} />}
    </section>
  );
}

function rangeOf({ top, change, most }: Pair): string {
  if (!change) return `0 to ${amount(top)}`;
  return `one scale: 0 to ${amount(top)}, difference ±${amount(top)}; here at most ${amount(most)}`;
}

function unlike({ sides, pair: { first, second } }: Shown): string {
  const sizes = `${first.height} × ${first.width} and of ${second.height} × ${second.width}`;
  return `Maps of ${sizes} have no difference cell by cell: ${sides.unlike}.`;
}

type Which = "first" | "second" | "change";

/** The maps themselves are drawn with each state of a photo that moves; what is said of them, a few times a second. */
function Trio({ read, shown }: { read: Props["read"]; shown: Shown | null }) {
  const store = useStore();
  const { ref, width } = useWidth<HTMLDivElement>();
  const draw = (which: Which) => (canvas: HTMLCanvasElement) => {
    const sides = read(store);
    const pair = sides && pairOf(sides);
    const side = Math.max(LEAST_PX, Math.floor((width.value - 2 * GAP_PX) / 3));
    if (pair && width.value) paint(canvas, pair, which, side, store.traits.get("palette"));
  };
  const [first, second, change] = [useDrawing(draw("first")), useDrawing(draw("second")), useDrawing(draw("change"))];
  const most = shown?.pair.change ? shown.pair.most : undefined;
  return (
    <div ref={ref} class="sqv-trio">
      <figure>
        <figcaption>{shown?.sides.first.name}</figcaption>
        <canvas ref={first} role="img" aria-label={shown ? wordsOf(shown, "first") : "First map"} />
      </figure>
      <figure>
        <figcaption>{shown?.sides.second.name}</figcaption>
        <canvas ref={second} role="img" aria-label={shown ? wordsOf(shown, "second") : "Second map"} />
      </figure>
      <figure hidden={shown?.pair.change === null}>
        <figcaption>difference</figcaption>
        <canvas
          ref={change}
          role="img"
          aria-label={most === undefined ? "Difference" : `Their difference: at most ${amount(most)}`}
          data-most={most}
        />
      </figure>
    </div>
  );
}

function wordsOf({ sides, pair }: Shown, which: "first" | "second"): string {
  const { name, channel } = sides[which];
  return `${name}, channel ${channel}: up to ${amount(pair[which].max)}`;
}

function paint(canvas: HTMLCanvasElement, pair: Pair, which: Which, side: number, palette: string): void {
  const { top, change } = pair;
  if (which === "change") {
    if (change) paintCells(canvas, pair.first, side, (cell) => differencePixel(top ? (change[cell] ?? 0) / top : 0));
    return;
  }
  const [grid, table] = [pair[which], pixels(palette)];
  paintCells(canvas, grid, side, (cell) => table[indexOf(grid.values[cell] ?? 0, top)] ?? 0);
}

function paintCells(
  canvas: HTMLCanvasElement,
  grid: { height: number; width: number },
  side: number,
  pixel: (cell: number) => number,
): void {
  const [wide, high] = sizeWithin(side, grid);
  const context = sharp(canvas, wide, high);
  context.imageSmoothingEnabled = false;
  context.drawImage(oneMap(grid.width, grid.height, pixel), 0, 0, wide, high);
}

function MovedMost({ sides: { first, second } }: { sides: Sides }) {
  const { selection } = useStore();
  const [one, other] = [first.tensor, second.tensor];
  const moved = useMemo(() => (one && other ? movedMost(one, other, MOVED) : []), [one, other]);
  return (
    <div class="sqv-moved-most" role="group" aria-label="Channels that moved most">
      <span class="sqv-quiet">moved most</span>
      {moved.map((each) => (
        <button
          key={each.channel}
          type="button"
          class="sqv-moved-map"
          aria-pressed={each.channel === first.channel}
          aria-label={`Channel ${each.channel}, moved by ${amount(each.by)}`}
          title={`‖difference‖ ${amount(each.by)}`}
          onClick={() => selection.chooseChannel(each.channel)}
        >
          <MovedMap moved={each} shape={one?.shape ?? [1, 1, 1]} />
          <span>{each.channel}</span>
        </button>
      ))}
    </div>
  );
}

function MovedMap({ moved: { change, top }, shape: [, height, width] }: { moved: Moved; shape: readonly number[] }) {
  const canvas = useDrawing((place) =>
    paintCells(place, { height: height ?? 1, width: width ?? 1 }, SMALL_PX, (cell) =>
      differencePixel(top ? (change[cell] ?? 0) / top : 0),
    ),
  );
  return <canvas ref={canvas} />;
}
