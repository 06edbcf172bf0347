/** One channel on canvases: its map with axes, and how its values are spread. */
import { sharp, token } from "../../draw/canvas.ts";
import { channelMap, type Look } from "../../draw/heatmaps.ts";
import { write } from "../../draw/lettering.ts";
import { colour, indexOf } from "../../draw/palette.ts";
import type { Tensor } from "../../store/types.ts";
import { amount } from "../../ui/format.ts";
import { AXIS_PX, type Histogram, ticks, UNDER_PX } from "./layout.ts";

/** @param size Of the map, across and down. */
export function paintLarge(
  canvas: HTMLCanvasElement,
  tensor: Tensor,
  channel: number,
  look: Look,
  [wide, high]: readonly [number, number],
): void {
  const [, height, width] = tensor.shape;
  const context = sharp(canvas, wide + AXIS_PX, high + UNDER_PX);
  context.imageSmoothingEnabled = false;
  context.drawImage(channelMap(tensor, channel, look), AXIS_PX, 0, wide, high);
  context.fillStyle = token(canvas, "--ink-2");
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const tick of ticks(height)) {
    write(context, `${tick}`, AXIS_PX - 6, Math.min(high - 6, Math.max(6, (tick + 0.5) * (high / height))));
  }
  context.textAlign = "center";
  for (const tick of ticks(width)) {
    const x = AXIS_PX + (tick + 0.5) * (wide / width);
    write(context, `${tick}`, Math.min(AXIS_PX + wide - 10, Math.max(AXIS_PX + 5, x)), high + 11);
  }
}

const [LEFT, BASE, TALL, HIGH] = [18, 40, 36, 56];

/** @param own The largest value. @param top What full colour stands for. */
export function paintHistogram(
  canvas: HTMLCanvasElement,
  width: number,
  { counts }: Histogram,
  own: number,
  top: number,
  palette: string,
): void {
  const context = sharp(canvas, width, HIGH);
  brokenBar(canvas, context);
  const most = Math.max(1, ...counts);
  const wide = (width - LEFT) / counts.length;
  counts.forEach((count, bin) => {
    if (!count) return;
    const tall = Math.max(1.5, (TALL * count) / most);
    context.fillStyle = colour(palette, indexOf(((bin + 0.5) / counts.length) * own, top));
    context.fillRect(LEFT + bin * wide, BASE - tall, Math.max(1, wide - 1), tall);
  });
  context.fillStyle = token(canvas, "--rule-2");
  context.fillRect(LEFT, BASE, width - LEFT, 1);
  context.fillStyle = token(canvas, "--ink-2");
  context.textBaseline = "top";
  context.textAlign = "left";
  write(context, "0", 2, BASE + 4);
  if (!(own > 0)) return;
  context.textAlign = "center";
  write(context, amount(own / 2), (LEFT + width) / 2, BASE + 4);
  context.textAlign = "right";
  write(context, amount(own), width, BASE + 4);
}

/** Zeros stand apart, as a bar that is broken off: their number is in words above. */
function brokenBar(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D): void {
  context.fillStyle = token(canvas, "--zero");
  context.fillRect(0, 4, 10, BASE - 4);
  context.strokeStyle = token(canvas, "--rule-2");
  context.lineWidth = 1;
  context.strokeRect(0.5, 4.5, 9.5, BASE - 4.5);
  context.fillStyle = token(canvas, "--bg");
  context.beginPath();
  context.moveTo(-2, 20);
  context.lineTo(13, 14);
  context.lineTo(13, 18);
  context.lineTo(-2, 24);
  context.fill();
}
