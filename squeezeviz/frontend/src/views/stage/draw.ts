/** What is drawn over the photo. */

import { sharp, token } from "../../draw/canvas.ts";
import { oneMap } from "../../draw/heatmaps.ts";
import { textWidth, write } from "../../draw/lettering.ts";
import { differencePixel, indexOf, pixels } from "../../draw/palette.ts";
import { theme } from "../../draw/theme.ts";
import type { Tensor } from "../../store/types.ts";
import { between, type Rect, tagPlace } from "./layout.ts";

/** Plain data: two that are alike look alike. */
export interface Scene {
  side: number;
  picture: Rect;
  input: Rect;
  /** The line round what the network gets of the photo; none where it gets what is shown. */
  frame: "dashed" | "whole" | "none";
  /** What the cell that is looked at sees, the narrowest path first. */
  boxes: Rect[];
  /** Size of the widest, in words. */
  words: string;
}

/** The chosen class's own map. */
export interface ClassMap {
  tensor: Tensor;
  channel: number;
  palette: string;
  place: Rect;
}

/** Which pixels raise a value. */
export interface PixelGradient {
  /** Of the input, (H, W): above zero what raises it. */
  values: Float32Array;
  shape: [number, number];
  /** What full colour stands for. */
  most: number;
}

const OUTSIDE = { picture: 0.42, field: 0.2 }; // how dark it is there
const MOST_ALPHA = 200;
const GRADIENT_ALPHA = 120; // however little it is, it is told from nothing
const TAG = "500 11px"; // its letters

export function drawScene(
  over: HTMLCanvasElement,
  scene: Scene,
  cam: ClassMap | null,
  gradient: PixelGradient | null,
): void {
  const canvas = sharp(over, scene.side, scene.side);
  if (cam) drawMap(canvas, cam, scene.input);
  if (gradient) drawGradient(canvas, gradient, scene.input);
  if (scene.frame !== "none") {
    shade(canvas, scene.picture, scene.input, OUTSIDE.picture);
    canvas.strokeStyle = "rgb(255 255 255 / 85%)";
    canvas.setLineDash(scene.frame === "dashed" ? [3, 3] : []);
    canvas.lineWidth = 1;
    canvas.strokeRect(...scene.input);
    canvas.setLineDash([]);
  }
  drawFields(over, canvas, scene);
}

function drawFields(over: HTMLCanvasElement, canvas: CanvasRenderingContext2D, scene: Scene): void {
  const [narrowest, widest] = [scene.boxes[0], scene.boxes.at(-1)];
  if (!narrowest || !widest) return;
  over.dataset.box = widest.map((side) => side.toFixed(2)).join(" ");
  shade(canvas, scene.input, widest, OUTSIDE.field);
  canvas.lineWidth = 0.75;
  canvas.strokeStyle = "rgb(255 255 255 / 75%)";
  for (const box of between(scene.boxes)) canvas.strokeRect(...box);
  const accent = token(over, "--accent");
  const casing = theme() === "dark" ? "rgb(8 12 18 / 80%)" : "rgb(255 255 255 / 90%)";
  for (const box of new Set([widest, narrowest])) {
    for (const [width, colour] of [
      [3, casing],
      [1.5, accent],
    ] as const) {
      canvas.lineWidth = width;
      canvas.strokeStyle = colour;
      canvas.strokeRect(...box);
    }
  }
  const [left, top, across, down] = tagPlace(widest, textWidth(canvas, scene.words, TAG) + 8, scene.side);
  canvas.fillStyle = accent;
  canvas.fillRect(left, top, across, down);
  canvas.fillStyle = token(over, "--on-accent");
  canvas.textBaseline = "middle";
  write(canvas, scene.words, left + 4, top + 7.5, TAG);
}

function drawMap(canvas: CanvasRenderingContext2D, { tensor, channel, palette, place }: ClassMap, clip: Rect): void {
  const [, height, width] = tensor.shape;
  const table = pixels(palette);
  const top = tensor.max[channel] ?? 0;
  const small = oneMap(width, height, (cell) => {
    const value = tensor.values[channel * width * height + cell] ?? 0;
    const alpha = Math.round(Math.min(1, top ? (value / top) * 1.1 : 0) * MOST_ALPHA);
    return ((table[indexOf(value, top)] ?? 0) & 0xffffff) | (alpha << 24);
  });
  canvas.save();
  canvas.beginPath();
  canvas.rect(...clip);
  canvas.clip();
  canvas.imageSmoothingEnabled = true;
  canvas.drawImage(small, ...place);
  canvas.restore();
}

/** Where it is nothing the photo is seen; elsewhere it is darkened, so that colours of either sign stand out. */
function drawGradient(
  canvas: CanvasRenderingContext2D,
  { values, shape: [height, width], most }: PixelGradient,
  place: Rect,
): void {
  const small = oneMap(width, height, (at) => {
    const value = values[at] ?? 0;
    if (!value || !most) return 0;
    const alpha = Math.round(GRADIENT_ALPHA + (255 - GRADIENT_ALPHA) * Math.min(1, Math.abs(value) / most));
    return (differencePixel(value / most) & 0xffffff) | (alpha << 24);
  });
  canvas.imageSmoothingEnabled = true;
  canvas.drawImage(small, ...place);
}

/** What lies outside a box. */
function shade(canvas: CanvasRenderingContext2D, area: Rect, box: Rect, share: number): void {
  canvas.beginPath();
  canvas.rect(...area);
  canvas.rect(...box);
  canvas.fillStyle = `rgb(12 14 18 / ${share * 100}%)`;
  canvas.fill("evenodd");
}
