/** Looking closer at the photo: two fingers, Ctrl and the wheel, keys, or buttons. */
import { useComputed, useSignal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals-core";
import type { TargetedKeyboardEvent, TargetedMouseEvent, TargetedPointerEvent, TargetedWheelEvent } from "preact";
import { useMemo } from "preact/hooks";
import type { Store } from "../../store/store.ts";
import { useStore } from "../../ui/store.ts";
import { openOn } from "../edit/open.ts";
import { closer, dragged, type Spot, WHOLE, type Zoom } from "./zoom.ts";

const [STEP, FAR, ARROW] = [1.5, 3, 0.1];

export interface Zooming {
  zoom: ReadonlySignal<Zoom>;
  change: (how: (zoom: Zoom) => Zoom) => void;
}

/** Another photo, or another view of it, begins whole; so does one that is painted on: there a finger paints. */
export function useZoom(): Zooming {
  const store = useStore();
  const chosen = useSignal({ of: "", zoom: WHOLE });
  const zoom = useComputed(() => {
    const { of, zoom } = chosen.value;
    return of === shownOn(store) ? zoom : WHOLE;
  });
  const change = (how: (zoom: Zoom) => Zoom) => {
    const of = shownOn(store);
    if (of) chosen.value = { of, zoom: how(zoom.peek()) };
  };
  return { zoom, change };
}

/** Empty where nothing is looked at closer. */
function shownOn(store: Store): string {
  const { traits, photos } = store;
  return photos.photo() && !openOn(store) ? `${traits.get("view")} ${traits.get("photo")}` : "";
}

/** Of the stage. */
export function usePinch({ zoom, change }: Zooming) {
  return useMemo(() => {
    const fingers = new Map<number, Spot>();
    const release = ({ pointerId }: PointerEvent) => void fingers.delete(pointerId);
    const isWhole = () => zoom.peek().scale === 1;
    return {
      onPointerDown: (event: TargetedPointerEvent<HTMLElement>) => {
        if (event.button !== 0) return;
        if (event.isPrimary) fingers.clear();
        fingers.set(event.pointerId, spotOf(event));
        if (!isWhole() && event.pointerType !== "touch") event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove: (event: TargetedPointerEvent<HTMLElement>) => {
        if (!fingers.has(event.pointerId)) return;
        if (!event.buttons) return release(event); // a mouse was let go beside the stage
        const from = [...fingers.values()].slice(0, 2);
        fingers.set(event.pointerId, spotOf(event));
        const to = [...fingers.values()].slice(0, 2);
        if (from.length > 1 || !isWhole()) change((zoom) => dragged(zoom, from, to));
      },
      onPointerUp: release,
      onPointerCancel: release,
      onDblClick: (event: TargetedMouseEvent<HTMLElement>) =>
        change((zoom) => (zoom.scale === 1 ? closer(zoom, FAR, spotOf(event)) : WHOLE)),
      onWheel: (event: TargetedWheelEvent<HTMLElement>) => {
        if (!event.ctrlKey) return;
        event.preventDefault(); // else the browser scales the page
        change((zoom) => closer(zoom, Math.exp(-event.deltaY / 300), spotOf(event)));
      },
      // Where one finger may scroll the page, browsers take two that move up and down for the same.
      onTouchStart: (event: TouchEvent) => {
        if (event.touches.length > 1 && event.cancelable) event.preventDefault();
      },
      onDragStart: (event: DragEvent) => {
        if (!isWhole()) event.preventDefault(); // a mouse moves it
      },
    };
  }, []);
}

function spotOf({ clientX, clientY, currentTarget }: TargetedMouseEvent<HTMLElement>): Spot {
  const { left, top, width, height } = currentTarget.getBoundingClientRect();
  return [(clientX - left) / width, (clientY - top) / height];
}

const ARROWS: Record<string, Spot> = {
  ArrowLeft: [ARROW, 0],
  ArrowRight: [-ARROW, 0],
  ArrowUp: [0, ARROW],
  ArrowDown: [0, -ARROW],
};

/** Closer and back; while the focus is on them, + and − do the same, and arrows move what is seen. */
export function ZoomButtons({ zoom, change }: Zooming) {
  const { scale } = zoom.value;
  const step = (by: number) => change((zoom) => closer(zoom, by));
  const back = () => change(() => WHOLE);
  const press = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const arrow = ARROWS[event.key];
    if (event.key === "+" || event.key === "=") step(STEP);
    else if (event.key === "-") step(1 / STEP);
    else if (event.key === "0") back();
    else if (arrow && scale > 1) change((zoom) => dragged(zoom, [[0, 0]], [arrow]));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <span class="sqv-step sqv-zoom" role="group" aria-label="Size of the photo" onKeyDown={press}>
      <button type="button" aria-label="Further away" disabled={scale === 1} onClick={() => step(1 / STEP)}>
        −
      </button>
      <button type="button" aria-label="Fit the photo" disabled={scale === 1} onClick={back}>
        fit
      </button>
      <button
        type="button"
        title="Closer (Ctrl and the wheel, or two fingers)"
        aria-label="Closer"
        onClick={() => step(STEP)}
      >
        +
      </button>
    </span>
  );
}
