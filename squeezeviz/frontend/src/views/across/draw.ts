import { sharp, token } from "../../draw/canvas.ts";
import { textWidth, write } from "../../draw/lettering.ts";
import { colour } from "../../draw/palette.ts";
import { amount } from "../../ui/format.ts";
import { FRAME, type Histogram } from "./layout.ts";

/** How many photos of a data set reach which maximum, with this photo's own marked; photos at 0 apart, at the left. */
export function paintHistogram(
  canvas: HTMLCanvasElement,
  width: number,
  histogram: Histogram,
  own: number | null,
  palette: string,
): void {
  const context = sharp(canvas, width, FRAME.height);
  paintZeros(context, histogram.none);
  for (const { left, width: wide, height, shade } of histogram.bars) {
    context.fillStyle = colour(palette, shade);
    context.fillRect(left, FRAME.base - height, wide, height);
  }
  context.fillStyle = token(canvas, "--rule-2");
  context.fillRect(FRAME.left, FRAME.base, width - FRAME.left, 1);
  const ends = paintEnds(context, width, histogram.ends);
  if (own !== null && histogram.own !== null) paintOwn(context, histogram.own, own, ends);
}

function paintZeros(context: CanvasRenderingContext2D, { height, isBroken }: Histogram["none"]): void {
  const { canvas } = context;
  context.fillStyle = token(canvas, "--zero");
  context.fillRect(0, FRAME.base - height, FRAME.zero, height);
  context.strokeStyle = token(canvas, "--rule-2");
  context.lineWidth = 1;
  context.strokeRect(0.5, FRAME.base - height + 0.5, FRAME.zero - 1, Math.max(0, height - 1));
  if (!isBroken) return;
  // How many there are is in words above.
  context.fillStyle = token(canvas, "--bg");
  polygon(context, [
    [-2, 26],
    [13, 20],
    [13, 24],
    [-2, 30],
  ]);
}

/** @returns What is left between both ends for a word of this width: from, to, of its middle. */
function paintEnds(context: CanvasRenderingContext2D, width: number, ends: [number, number]) {
  const [low, high] = ends.map(amount) as [string, string];
  context.fillStyle = token(context.canvas, "--ink-2");
  context.textBaseline = "top";
  context.textAlign = "left";
  write(context, "0", 2, FRAME.base + 5);
  write(context, low, FRAME.left, FRAME.base + 5);
  context.textAlign = "right";
  write(context, high, width, FRAME.base + 5);
  const gap = 6;
  return {
    from: FRAME.left + textWidth(context, low) + gap,
    to: width - textWidth(context, high) - gap,
  };
}

function paintOwn(
  context: CanvasRenderingContext2D,
  x: number,
  own: number,
  { from, to }: { from: number; to: number },
): void {
  context.fillStyle = token(context.canvas, "--accent");
  context.fillRect(x - 0.75, 4, 1.5, FRAME.base - 4);
  polygon(context, [
    [x - 4, 0],
    [x + 4, 0],
    [x, 6],
  ]);
  const said = `here ${amount(own)}`;
  const half = textWidth(context, said) / 2;
  context.textAlign = "center";
  write(context, said, Math.min(Math.max(x, from + half), to - half), FRAME.base + 5);
}

function polygon(context: CanvasRenderingContext2D, points: [number, number][]): void {
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  context.fill();
}
