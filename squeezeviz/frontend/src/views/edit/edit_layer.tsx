import { useSignal } from "@preact/signals";
import type { RefObject, TargetedPointerEvent } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { At } from "../../store/boxes.ts";
import type { Drawing } from "../../store/drawing.ts";
import type { Tools } from "../../store/tools.ts";
import { useLater, useStore } from "../../ui/store.ts";
import { type Next, useFocus } from "./focus.ts";
import { Hand } from "./hand.ts";
import { first, fitted, isArrow, shares, stepped } from "./layout.ts";
import { openOn } from "./open.ts";

/** What is painted shows at once, below whatever lies over the photo. */
export function EditPaper() {
  const drawing = openOn(useStore());
  const paper = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (drawing) paper.current?.replaceChildren(drawing.canvas);
  }, [drawing]);
  return (
    <div
      ref={paper}
      class="sqv-edit-paper"
      aria-hidden="true"
      hidden={!drawing}
      style={drawing ? fitted(drawing) : undefined}
    />
  );
}

/** The photo being painted on, over its place on the stage: what the pointer and the keyboard do to it. */
export function EditLayer({ next }: { next: Next }) {
  const { edit, tools } = useLater().moving;
  const drawing = openOn(useStore());
  const layer = useRef<HTMLDivElement>(null);
  const ring = useRef<HTMLElement>(null);
  const pointer = usePointer(drawing, ring);
  useFocus(next, "photo", layer, drawing !== null);
  const floating = drawing?.floating() ?? null;
  const isBrush = tools.chosen().shape === "brush";
  const style = drawing ? { ...fitted(drawing), cursor: isBrush ? "none" : "crosshair" } : undefined;
  return (
    <div
      ref={layer}
      class="sqv-edit-layer"
      role="application"
      aria-roledescription="photo being edited"
      aria-label={floating ? placeOf(floating) : `${edit.source().name}, to be edited. ${HINT}`}
      tabIndex={0}
      hidden={!drawing}
      style={style}
      onKeyDown={(event) => drawing && press(tools, drawing, event)}
      {...pointer.handlers}
    >
      <i class="sqv-edit-box" hidden={!floating} style={floating && drawing ? shares(floating, drawing) : undefined} />
      <i
        ref={ring}
        class="sqv-edit-ring"
        hidden={!pointer.isOver || !isBrush}
        style={drawing ? { width: `${(100 * tools.size()) / drawing.width}%` } : undefined}
      />
    </div>
  );
}

const HINT = "Enter puts a rectangle there";

const placeOf = ([left, top, width, height]: number[]) =>
  `Rectangle at ${left}, ${top}, ${width} × ${height} px. ` +
  "Arrows move it, Shift and arrows size it, Enter lays it down";

/** @param ring The brush, round the pointer. */
function usePointer(drawing: Drawing | null, ring: RefObject<HTMLElement | null>) {
  const { edit, tools } = useLater().moving;
  const hand = useMemo(() => new Hand(edit, tools), [edit, tools]);
  const isOver = useSignal(false);
  useLayoutEffect(() => hand.drop(), [hand, drawing]);
  type Pointer = TargetedPointerEvent<HTMLElement>;
  const onPointerDown = (event: Pointer) => {
    if (event.button !== 0 || !drawing) return;
    event.preventDefault();
    const layer = event.currentTarget;
    layer.focus({ preventScroll: true });
    const point = at(layer, event, drawing);
    if (event.altKey) return tools.choose({ tool: "paint", colour: drawing.colourAt(point), isMean: false });
    layer.setPointerCapture(event.pointerId);
    hand.press(point, layer.clientWidth / drawing.width);
  };
  const onPointerMove = (event: Pointer) => {
    if (!drawing) return;
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const place = `translate(${event.clientX - left}px, ${event.clientY - top}px)`;
    if (ring.current) ring.current.style.transform = `${place} translate(-50%, -50%)`;
    isOver.value = !event.altKey;
    // Between two frames a pointer goes a long way; the browser has kept it.
    const moves = event.getCoalescedEvents?.() ?? [];
    hand.move((moves.length ? moves : [event]).map((move) => at(event.currentTarget, move, drawing)));
  };
  const onPointerLeave = () => {
    isOver.value = false;
  };
  const [onPointerUp, onPointerCancel] = [() => hand.release(), () => hand.cancel()];
  const handlers = { onPointerDown, onPointerMove, onPointerUp, onPointerCancel, onPointerLeave };
  return { isOver: isOver.value, handlers };
}

/** In the photo's pixels. */
function at(layer: HTMLElement, { clientX, clientY }: MouseEvent, drawing: Drawing): At {
  const { left, top, width, height } = layer.getBoundingClientRect();
  return [((clientX - left) / width) * drawing.width, ((clientY - top) / height) * drawing.height];
}

/** The keyboard puts a rectangle there, moves it, sizes it, and lays it down. */
function press(tools: Tools, drawing: Drawing, event: KeyboardEvent): void {
  const isPlacing = event.key === "Enter" || event.key === " ";
  if (event.ctrlKey || event.metaKey || !(isPlacing || isArrow(event.key))) return;
  event.preventDefault();
  event.stopPropagation();
  const there = drawing.floating();
  if (!there) {
    tools.choose({ shape: "rectangle" });
    drawing.rectangle(tools.ink(), first(drawing));
  } else if (isPlacing) drawing.end();
  else drawing.rectangle(tools.ink(), stepped(there, event, drawing));
}
