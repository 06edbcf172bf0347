/** Maps whose cells are looked at, by pointer or arrow keys. */
import { effect, useSignal } from "@preact/signals";
import type { RefObject, TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Box } from "../../draw/channel.ts";
import { usePress } from "../../ui/pressing.ts";

/** Row and column. */
export type Cell = [number, number];
/** Rows and columns. */
export type Shape = [number, number];

/** The cell that a person looks at, of whatever they looked at it of; of anything else, null. */
export function useLooked<T>(): { of: (what: T) => Cell | null; look: (what: T, cell: Cell) => void } {
  const looked = useSignal<{ what: T; cell: Cell } | null>(null);
  return {
    of: (what) => (looked.value && looked.value.what === what ? looked.value.cell : null),
    look: (what, cell) => {
      const before = looked.peek();
      if (before?.what !== what || `${before?.cell}` !== `${cell}`) looked.value = { what, cell };
    },
  };
}

const STEPS: Record<string, Cell> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export const within = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));

/** The cell that a key leads to; null where it leads nowhere. */
export function stepped(key: string, [row, column]: Cell, [rows, columns]: Shape): Cell | null {
  const step = STEPS[key];
  return step ? [within(row + step[0], rows), within(column + step[1], columns)] : null;
}

interface Props {
  /** From `useDrawing`. */
  canvas: RefObject<HTMLCanvasElement | null>;
  class: string;
  /** What it is, such as "map of evidence". */
  is: string;
  /** Null where there is nothing to look at. */
  shape: Shape | null;
  /** The cell that is looked at. */
  cell: () => Cell;
  look: (cell: Cell) => void;
  /** What a click, a long press or Enter does with it. */
  open?: (cell: Cell) => void;
  isOpenedByKey?: boolean;
  /** The cell at a place of the canvas, in CSS pixels. */
  at: (x: number, y: number) => Cell;
  /** Where a cell lies on the canvas. */
  box: (cell: Cell) => Box;
  label: (cell: Cell) => string;
  /** Its name while there is nothing to look at. */
  name: string;
}

/** What is looked at moves a mark over the canvas, and renders nothing here. */
export function CellMap({ canvas, shape, cell, look, open, at, box, label, ...rest }: Props) {
  const mark = useRef<HTMLElement>(null);
  useLayoutEffect(() =>
    effect(() => {
      if (!mark.current || !canvas.current || !shape) return;
      const looked = cell();
      const [left, top, width, height] = box(looked);
      Object.assign(mark.current.style, { width: `${width}px`, height: `${height}px` });
      mark.current.style.transform = `translate(${left}px, ${top}px)`;
      canvas.current.setAttribute("aria-label", label(looked));
    }),
  );
  const press = (event: TargetedKeyboardEvent<HTMLElement>) => {
    if (!shape) return;
    const to = stepped(event.key, cell(), shape);
    if (to) look(to);
    else if (event.key === "Enter" && open && rest.isOpenedByKey) open(cell());
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const pointer = usePress<HTMLCanvasElement, Cell>({
    at: ({ offsetX, offsetY }) => shape && at(offsetX, offsetY),
    point: (found) => found && look(found),
    choose: (found) => {
      look(found);
      open?.(found);
    },
    tap: look,
    open: (found) => {
      look(found);
      open?.(found);
    },
  });
  return (
    <span class="sqv-cell-map">
      <canvas
        ref={canvas}
        class={`${rest.class} sqv-pressed`}
        tabIndex={0}
        role="application"
        aria-roledescription={rest.is}
        aria-label={rest.name}
        onKeyDown={press}
        {...pointer}
      />
      <i ref={mark} class="sqv-mark-cell" aria-hidden="true" hidden={!shape} />
    </span>
  );
}
