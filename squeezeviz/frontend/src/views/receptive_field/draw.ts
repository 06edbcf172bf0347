/** Sizes of a receptive field on the axis of the whole input. */
import { sharp, token } from "../../draw/canvas.ts";
import { write } from "../../lettering.js";
import type { Field } from "./layout.ts";

const HEIGHT = 46;
const BASE = 32;
const APART_PX = 12; // nearer than that, two numbers would lie over each other

export function drawField(chart: HTMLCanvasElement, width: number, { sizes, least, most, limit }: Field): void {
  const canvas = sharp(chart, width, HEIGHT);
  const x = (size: number) => 2 + (size / limit) * (width - 4);
  canvas.fillStyle = token(chart, "--rule-2");
  canvas.fillRect(x(0), BASE, x(limit) - x(0), 1);
  for (const size of sizes) {
    const isEnd = size === least || size === most;
    const tall = isEnd ? 15 : 10;
    canvas.fillStyle = token(chart, isEnd ? "--accent" : "--bar");
    canvas.fillRect(Math.round(x(size)) - 1.5, BASE - tall, 3, tall);
  }
  canvas.fillStyle = token(chart, "--ink-2");
  canvas.textBaseline = "top";
  const put = (text: string, at: number, y: number, align: CanvasTextAlign) => {
    canvas.textAlign = align;
    write(canvas, text, at, y);
  };
  put("0", x(0), BASE + 4, "left");
  put(`${limit} px`, x(limit), BASE + 4, "right");
  canvas.fillStyle = token(chart, "--ink");
  canvas.textBaseline = "bottom";
  if (most - least > APART_PX) put(`${least}`, x(least), BASE - 17, x(least) < 12 ? "left" : "center");
  put(`${most}`, x(most), BASE - 17, x(most) > width - 14 ? "right" : "center");
}
