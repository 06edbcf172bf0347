/** Feature maps → pictures. */
import type { Tensor } from "../store/types.ts";
import { sharp } from "./canvas.ts";
import { differencePixel, indexOf, pixels } from "./palette.ts";

/** How maps are coloured. */
export interface Look {
  /** What full colour stands for: the maximum of each map, or of the layer. */
  scale: "channel" | "layer";
  palette: string;
}

/** What full colour stands for in a channel's map. */
export function topOf(tensor: Tensor, channel: number, scale: string): number {
  return scale === "layer" ? tensor.max.reduce((a, b) => Math.max(a, b), 0) : (tensor.max[channel] ?? 0);
}

/** The values of one channel, row by row. */
export function mapOf({ shape: [, height, width], values }: Tensor, channel: number): Float32Array {
  return values.subarray(channel * height * width, (channel + 1) * height * width);
}

let scratch: Sheet | undefined; // a canvas a map took longer to make than to draw

/**
 * One map at one pixel a cell, to be drawn larger: at once, since the next one is put onto the same canvas.
 *
 * @param pixel The colour of a cell, counted row by row: little-endian RGBA.
 */
export function oneMap(width: number, height: number, pixel: (cell: number) => number): HTMLCanvasElement {
  scratch ??= createSheet();
  const image = sized(scratch, width, height);
  const out = new Uint32Array(image.data.buffer);
  for (let cell = 0; cell < out.length; cell += 1) out[cell] = pixel(cell);
  scratch.context.putImageData(image, 0, 0);
  return scratch.canvas;
}

/** One channel's map, coloured, at one pixel a cell. */
export function channelMap(tensor: Tensor, channel: number, { scale, palette }: Look): HTMLCanvasElement {
  const [, height, width] = tensor.shape;
  const [map, table, top] = [mapOf(tensor, channel), pixels(palette), topOf(tensor, channel, scale)];
  return oneMap(width, height, (cell) => table[indexOf(map[cell] ?? 0, top)] ?? 0);
}

/** The size of a map of its own shape, as large as fits. */
export function within(shape: readonly [number, number], width: number, height: number): [number, number] {
  const scale = Math.min(width / shape[1], height / shape[0]);
  return [Math.max(1, Math.round(shape[1] * scale)), Math.max(1, Math.round(shape[0] * scale))];
}

export const SMALL_PX = 48;

/** One map as a tile, of its own shape in the middle of it; empty while its layer is on its way. */
export function paintSmall(canvas: HTMLCanvasElement, tensor: Tensor | null, channel: number, look: Look): void {
  const context = sharp(canvas, SMALL_PX, SMALL_PX);
  if (!tensor) return;
  const [, height, width] = tensor.shape;
  const scale = height * width === 1 ? "layer" : look.scale;
  const [wide, high] = within([height, width], SMALL_PX, SMALL_PX);
  context.imageSmoothingEnabled = false;
  const map = channelMap(tensor, channel, { ...look, scale });
  context.drawImage(map, (SMALL_PX - wide) / 2, (SMALL_PX - high) / 2, wide, high);
}

/** A canvas that may be drawn over: the camera would make two megabytes of rubbish a frame. */
export interface Sheet {
  canvas: HTMLCanvasElement;
  context: CanvasRenderingContext2D;
  image: ImageData | null;
}

export function createSheet(): Sheet {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  return { canvas, context, image: null };
}

function sized(sheet: Sheet, width: number, height: number): ImageData {
  if (sheet.image?.width !== width || sheet.image.height !== height) {
    [sheet.canvas.width, sheet.canvas.height] = [width, height];
    sheet.image = sheet.context.createImageData(width, height);
  }
  return sheet.image;
}

/**
 * Channels side by side at one pixel a cell; or one for every so many cells across and down, where they are drawn smaller
 * than that and the next frame is due.
 *
 * @param every Cells.
 * @returns How large a map is on it.
 */
export function fillSheet(
  sheet: Sheet,
  tensor: Tensor,
  channels: readonly number[],
  columns: number,
  { scale, palette }: Look,
  every: readonly [down: number, across: number] = [1, 1],
): { wide: number; high: number } {
  const [, cellsDown, cellsAcross] = tensor.shape;
  const [high, wide] = [Math.ceil(cellsDown / every[0]), Math.ceil(cellsAcross / every[1])];
  const [across, down] = [columns * wide, Math.ceil(channels.length / columns) * high];
  const image = sized(sheet, across, down);
  const out = new Uint32Array(image.data.buffer);
  const [table, { values }] = [pixels(palette), tensor];
  const layerTop = scale === "layer" ? topOf(tensor, 0, scale) : 0;
  channels.forEach((channel, index) => {
    const top = scale === "layer" ? layerTop : (tensor.max[channel] ?? 0);
    const factor = top > 0 ? 254.999 / top : 0;
    const start = Math.floor(index / columns) * high * across + (index % columns) * wide;
    for (let y = 0; y < high; y += 1) {
      let from = (channel * cellsDown + y * every[0]) * cellsAcross;
      let to = start + y * across;
      for (let x = 0; x < wide; x += 1, from += every[1], to += 1) {
        const value = values[from] as number;
        const shade = value > 0 ? 1 + ((value * factor) | 0) : 0;
        out[to] = table[Math.min(255, shade)] as number;
      }
    }
  });
  sheet.context.putImageData(image, 0, 0);
  return { wide, high };
}

/**
 * The same of differences, all on one scale: what is below zero has colours of its own.
 *
 * @param most What full colour stands for, either way.
 */
export function fillDifferences(
  sheet: Sheet,
  { values, shape: [, high, wide] }: Tensor,
  channels: readonly number[],
  columns: number,
  most: number,
): { wide: number; high: number } {
  const across = columns * wide;
  const image = sized(sheet, across, Math.ceil(channels.length / columns) * high);
  const out = new Uint32Array(image.data.buffer);
  channels.forEach((channel, index) => {
    const start = Math.floor(index / columns) * high * across + (index % columns) * wide;
    for (let y = 0; y < high; y += 1) {
      const from = (channel * high + y) * wide;
      for (let x = 0; x < wide; x += 1) {
        out[start + y * across + x] = differencePixel(most > 0 ? (values[from + x] as number) / most : 0);
      }
    }
  });
  sheet.context.putImageData(image, 0, 0);
  return { wide, high };
}
