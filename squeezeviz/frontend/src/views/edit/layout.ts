/** Rectangles on the photo, as pointer and keyboard draw, move and size them. */
import type { At, Box, Size } from "../../store/boxes.ts";

const CORNER_PX = 10; // near enough to a rectangle's corner to have got hold of it
const STEPS = 32; // of the shorter side: how far an arrow key moves a rectangle
const FIRST = 0.25; // of the shorter side: a rectangle that the keyboard puts there

/** What a press on a rectangle has got hold of: a corner, while the one across from it stays; or all of it. */
export type Grasp = { what: "size"; from: At } | { what: "move"; from: At; was: Box };

const CORNERS = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

/** @param zoom CSS pixels to a pixel of the photo. */
export function graspOf(box: Box | null, point: At, zoom: number): Grasp | null {
  if (!box) return null;
  const [left, top, width, height] = box;
  const [x, y] = point;
  const near = CORNER_PX / zoom;
  for (const [right, below] of CORNERS) {
    const isNear = Math.abs(left + right * width - x) < near && Math.abs(top + below * height - y) < near;
    if (isNear) return { what: "size", from: [left + (1 - right) * width, top + (1 - below) * height] };
  }
  const isInside = x >= left && x <= left + width && y >= top && y <= top + height;
  return isInside ? { what: "move", from: point, was: box } : null;
}

/** Between two corners. */
export function spanned(a: At, b: At): Box {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])];
}

/** Somewhere on the photo, whole. */
export function kept([left, top, width, height]: Box, photo: Size): Box {
  const [across, down] = [Math.min(width, photo.width), Math.min(height, photo.height)];
  const place = (at: number, most: number) => Math.min(Math.max(0, at), most);
  return [place(left, photo.width - across), place(top, photo.height - down), across, down];
}

/** Where the keyboard puts one: in the middle. */
export function first({ width, height }: Size): Box {
  const side = Math.min(width, height) * FIRST;
  return [(width - side) / 2, (height - side) / 2, side, side];
}

const ARROWS: Record<string, At> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export const isArrow = (key: string): boolean => key in ARROWS;

interface Arrow {
  key: string;
  /** Sizes it, rather than moving it. */
  shiftKey: boolean;
  /** By a pixel. */
  altKey: boolean;
}

export function stepped([left, top, width, height]: Box, { key, shiftKey, altKey }: Arrow, photo: Size): Box {
  const [x, y] = ARROWS[key] ?? [0, 0];
  const step = altKey ? 1 : Math.max(1, Math.round(Math.min(photo.width, photo.height) / STEPS));
  if (shiftKey) return [left, top, Math.max(1, width + x * step), Math.max(1, height + y * step)];
  return kept([left + x * step, top + y * step, width, height], photo);
}

/** Where a part of the photo stands in it, for a style. */
export function shares([left, top, width, height]: Box, photo: Size) {
  const share = (part: number, whole: number) => `${(100 * part) / whole}%`;
  return {
    left: share(left, photo.width),
    top: share(top, photo.height),
    width: share(width, photo.width),
    height: share(height, photo.height),
  };
}

/** Where a photo stands in the middle of a square that it fills, for a style. */
export function fitted({ width, height }: Size) {
  const side = Math.max(width, height);
  return shares([(side - width) / 2, (side - height) / 2, width, height], { width: side, height: side });
}
