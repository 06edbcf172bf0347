import { effect } from "@preact/signals-core";
import type { TargetedMouseEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { place } from "../../draw/marks.ts";
import { shortName } from "../../store/layers.ts";
import type { Point } from "../../store/types.ts";
import { useCalm } from "../../ui/hooks.ts";
import { usePress } from "../../ui/pressing.ts";
import { useStore } from "../../ui/store.ts";
import { type Arrangement, type Group, summary } from "./arrangement.ts";
import { numberedRows, placeOf, pointOf } from "./layout.ts";

const ROOMY_PX = 230;

/** Those of all groups, by their place. */
export interface GroupElements {
  canvases: Map<number, HTMLCanvasElement>;
  grids: Map<number, HTMLElement>;
  /** The grid that has the focus. */
  focused: number | null;
}

interface GroupProps {
  at: number;
  group: Group;
  arrangement: Arrangement;
  orders: () => number[][];
  elements: GroupElements;
}

/** The maps of one branch, under its name. */
export function GroupView({ at, group, arrangement, orders, elements }: GroupProps) {
  const { networks, selection } = useStore();
  const { layer, shape, groups } = arrangement;
  const { part, grid } = group;
  const isBranch = groups.length > 1;
  const name = part.layer.name;
  const count = part.to - part.from;
  const ablate = () => selection.toggleAblated(layer, orders()[at] ?? []);
  const numbers = [count, grid.columns, grid.wide, grid.across, grid.high, grid.down, ...shape];
  return (
    <div class="sqv-group" data-layer={name}>
      <header class="sqv-spread" style={{ width: `${grid.width}px` }}>
        <span>
          <b>{isBranch ? shortName(part.layer) : name}</b>
          <span class="sqv-quiet">{grid.width < ROOMY_PX ? "" : `  ${count} maps`}</span>
        </span>
        <Summary key={[layer, part.from, part.to].join()} layer={layer} part={part} />
        {isBranch && networks.can("ablation") && (
          <button
            class="sqv-number"
            type="button"
            title="Ablate this branch, or restore it"
            aria-label={`${name}: ablate or restore`}
            onClick={ablate}
          >
            ablate
          </button>
        )}
      </header>
      <div
        ref={(element) => keep(elements.grids, at, element)}
        class="sqv-grid"
        tabIndex={0}
        role="application"
        aria-roledescription="grid of feature maps"
        aria-label={`${name}, ${count} feature maps`}
        data-grid={numbers.join(" ")}
        onFocus={() => {
          elements.focused = at;
        }}
        onBlur={() => {
          if (elements.focused === at) elements.focused = null;
        }}
      >
        <GridCanvas {...{ at, group, shape, orders }} keep={(canvas) => keep(elements.canvases, at, canvas)} />
        <Gutter group={group} />
        <Marks {...{ at, group, shape, orders }} />
      </div>
    </div>
  );
}

function keep<E>(elements: Map<number, E>, at: number, element: E | null): void {
  if (element) elements.set(at, element);
  else elements.delete(at);
}

/** How much of a branch is zero. It is another one for every part: what it follows is told once. */
function Summary({ layer, part }: { layer: string; part: Group["part"] }) {
  const { precision, selection, tensors } = useStore();
  const said = useCalm(() => {
    const tensor = tensors.shown();
    if (tensor?.layer !== layer) return "";
    const found = summary(tensor, part, (channel) => selection.isAblated(layer, channel));
    return precision.showsDifference() ? `FP32: ${found}` : found; // as whose maps they are sorted, too
  });
  return <span class="sqv-quiet sqv-cut-off">{said}</span>;
}

interface Placed {
  at: number;
  group: Group;
  /** Of a map: cells down and across. */
  shape: [number, number];
  orders: () => number[][];
}

function GridCanvas({ at, group, shape, orders, keep }: Placed & { keep: (canvas: HTMLCanvasElement | null) => void }) {
  const { networks, selection, tensors } = useStore();
  const pointAt = ({ clientX, clientY, currentTarget }: TargetedMouseEvent<HTMLCanvasElement>) => {
    const box = currentTarget.getBoundingClientRect();
    const point = pointOf(group.grid, shape, clientX - box.left, clientY - box.top);
    const channel = point && orders()[at]?.[point.index];
    return point && channel !== null && channel !== undefined ? { channel, cell: point.cell } : null;
  };
  const press = usePress<HTMLCanvasElement, Point>({
    at: pointAt,
    point: (point) => selection.point(point),
    choose: ({ channel, cell }, { shiftKey }) => {
      const layer = tensors.shown()?.layer;
      if (layer && shiftKey && networks.can("ablation")) selection.toggleAblated(layer, [channel]);
      else selection.chooseChannel(channel, cell);
    },
    open: (point) => selection.openCell(point),
  });
  return <canvas ref={keep} class="sqv-pressed" {...press} />;
}

/** The channel that a row begins with; where they stand in another order, its place in it. */
function Gutter({ group: { part, grid } }: { group: Group }) {
  const { traits } = useStore();
  const isByIndex = traits.get("sort") === "index";
  return (
    <>
      {numberedRows(grid).map((row) => (
        <span
          key={row}
          class="sqv-gutter"
          aria-hidden="true"
          style={{ top: `${row * grid.down + grid.high / 2 - 6}px` }}
        >
          {isByIndex ? part.from + row * grid.columns : `#${row * grid.columns + 1}`}
        </span>
      ))}
    </>
  );
}

/** The chosen map, the one pointed at, and the cell that is looked at. They are moved, and nothing is rendered. */
function Marks({ at, group: { grid, part }, shape, orders }: Placed) {
  const { selection } = useStore();
  const [chosen, hover, cell] = [
    useRef<HTMLDivElement>(null),
    useRef<HTMLDivElement>(null),
    useRef<HTMLDivElement>(null),
  ];
  const [down, across] = [grid.high / shape[0], grid.wide / shape[1]];
  const [wide, high] = [Math.max(4, across), Math.max(4, down)];
  useLayoutEffect(
    () =>
      effect(() => {
        const order = orders()[at] ?? [];
        const placed = (channel: number | undefined) => {
          const index = channel === undefined ? -1 : order.indexOf(channel);
          return index < 0 ? null : placeOf(grid, index);
        };
        const [own, pointed] = [placed(selection.channel()), placed(selection.hover()?.channel)];
        const { channel, cell: looked } = selection.looked();
        const map = placed(channel);
        const [y, x] = [(looked[0] + 0.5) * down - high / 2, (looked[1] + 0.5) * across - wide / 2];
        place(chosen.current, own);
        place(hover.current, pointed);
        place(cell.current, map && { left: map.left + x, top: map.top + y });
      }),
    [grid, part, at],
  );
  const tile = { width: `${grid.wide}px`, height: `${grid.high}px` };
  return (
    <>
      <div ref={chosen} class="sqv-mark-chosen" style={tile} />
      <div ref={hover} class="sqv-mark-hover" style={tile} />
      <div ref={cell} class="sqv-mark-cell" style={{ width: `${wide}px`, height: `${high}px` }} />
    </>
  );
}
