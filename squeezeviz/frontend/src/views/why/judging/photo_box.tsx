import type { TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useRef } from "preact/hooks";
import { sharp } from "../../../draw/canvas.ts";
import type { Size } from "../../../store/boxes.ts";
import type { InputBox } from "../../../store/judging.ts";
import { useDrawing } from "../../../ui/hooks.ts";
import { useLater, useStore } from "../../../ui/store.ts";
import { middle, pressed, shares, spanned } from "./layout.ts";

const SIDE_PX = 190;
const LEAST_PX = 4; // a shorter way is a click

/** The photo as the network gets it, and the box on it: drawn with a mouse or a finger, or moved and sized by keys. */
export function PhotoBox() {
  const { photos, networks } = useStore();
  const { judging } = useLater();
  const [, height, width] = networks.network()?.input ?? [3, 227, 227];
  const size = { width, height };
  const box = judging.box();
  const canvas = useDrawing((canvas) => {
    const photo = photos.photo();
    const context = sharp(canvas, SIDE_PX, SIDE_PX);
    if (photo) context.drawImage(photo.seen, 0, 0, SIDE_PX, SIDE_PX);
  });
  const pointer = usePointer(size);
  const press = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const isEntered = event.key === "Enter" && !box;
    const isGone = box && (event.key === "Delete" || event.key === "Backspace");
    const next = isEntered ? middle(size) : isGone ? null : pressed(box ?? middle(size), event, size);
    if (!next && !isGone) return;
    event.preventDefault();
    event.stopPropagation();
    judging.draw(next);
  };
  return (
    <div class="sqv-judging-photo">
      <div
        class="sqv-judging-box"
        tabIndex={0}
        role="application"
        aria-roledescription="photo to draw a box on"
        aria-label={`${saidOf(box, size)} ${box ? KEYS : HOW}`}
        onKeyDown={press}
        {...pointer}
      >
        <canvas ref={canvas} aria-hidden="true" />
        <i class="sqv-frame" aria-hidden="true" hidden={!box} style={box ? shares(box, size) : undefined} />
      </div>
      <p class="sqv-quiet" role="status">
        {saidOf(box, size)}
      </p>
      {box ? <InPhoto /> : <p class="sqv-quiet">{HOW}</p>}
      {box && (
        <button class="sqv-button" type="button" title="Delete" onClick={() => judging.draw(null)}>
          Remove the box
        </button>
      )}
    </div>
  );
}

const HOW =
  "Drag on the photo round what a map should point at; or press Enter on it, then arrows, and Shift with arrows.";
const KEYS = "Arrows move it, Shift and arrows size it, Delete removes it.";

function saidOf(box: InputBox | null, size: Size): string {
  if (!box) return "No box yet.";
  const [left, top, width, height] = box;
  return `Box of ${width} × ${height} px at ${left}, ${top}, of the ${size.width} × ${size.height} that the network gets.`;
}

/** Where the box lies in the photo itself. */
function InPhoto() {
  const { judging } = useLater();
  const box = judging.pointing()?.known?.box.map(Math.round);
  return <p class="sqv-quiet">{box ? `In the photo: ${box[0]}–${box[2]} × ${box[1]}–${box[3]} px.` : KEYS}</p>;
}

function usePointer(size: Size) {
  const { judging } = useLater();
  const from = useRef<[number, number] | null>(null);
  type Pointer = TargetedPointerEvent<HTMLElement>;
  const at = ({ currentTarget, clientX, clientY }: Pointer): [number, number] => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    return [((clientX - left) / width) * size.width, ((clientY - top) / height) * size.height];
  };
  return {
    onPointerDown: (event: Pointer) => {
      if (event.button !== 0) return;
      event.preventDefault();
      event.currentTarget.focus({ preventScroll: true });
      event.currentTarget.setPointerCapture(event.pointerId);
      from.current = at(event);
    },
    onPointerMove: (event: Pointer) => {
      const [start, now] = [from.current, at(event)];
      if (!start || Math.max(Math.abs(now[0] - start[0]), Math.abs(now[1] - start[1])) < LEAST_PX) return;
      judging.draw(spanned(start, now, size));
    },
    onPointerUp: () => {
      from.current = null;
    },
    onPointerCancel: () => {
      from.current = null;
    },
  };
}
