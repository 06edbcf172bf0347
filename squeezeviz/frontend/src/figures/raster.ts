/** A sheet as a PNG file at print quality, and text as wide as this browser writes it. */
import { checksum } from "../preprocessing/checksum.ts";
import { FONT, INK, type Mark, type Measure, MM_PER_POINT, type Pixels, type Sheet } from "./sheet.ts";

const DPI = 300;
const DOTS_PER_MM = DPI / 25.4;

const fontOf = (size: number, isBold: boolean, scale: number): string =>
  `${isBold ? "bold " : ""}${size * MM_PER_POINT * scale}px ${FONT}`;

export function measureIn(): Measure {
  const context = contextOf(new OffscreenCanvas(1, 1));
  return (text, size, isBold) => {
    context.font = fontOf(size, isBold, 100); // large: widths of small letters are rounded
    return context.measureText(text).width / 100;
  };
}

export async function pngOfSheet(sheet: Sheet): Promise<Uint8Array<ArrayBuffer>> {
  const dots = (mm: number) => Math.round(mm * DOTS_PER_MM);
  const canvas = new OffscreenCanvas(dots(sheet.width), dots(sheet.height));
  const context = contextOf(canvas);
  context.fillStyle = INK.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  for (const mark of sheet.marks) paint(context, mark, dots);
  return withResolution(await fileOf(canvas));
}

export async function pngOfPixels({ width, height, rgba }: Pixels): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = canvasOf({ width, height, rgba });
  return fileOf(canvas);
}

function paint(context: OffscreenCanvasRenderingContext2D, mark: Mark, dots: (mm: number) => number): void {
  if (mark.kind === "text") {
    context.font = fontOf(mark.size, mark.isBold, DOTS_PER_MM);
    context.fillStyle = mark.colour;
    context.textAlign = mark.align;
    context.fillText(mark.text, mark.x * DOTS_PER_MM, mark.y * DOTS_PER_MM);
    return;
  }
  // Edges at whole dots: what lies side by side has no seam.
  const [x, y] = [dots(mark.x), dots(mark.y)];
  const area = [x, y, dots(mark.x + mark.width) - x, dots(mark.y + mark.height) - y] as const;
  if (mark.kind === "picture") {
    context.globalAlpha = mark.opacity;
    context.drawImage(canvasOf(mark.pixels), ...area);
    context.globalAlpha = 1;
    return;
  }
  if (mark.fill !== "none") {
    context.fillStyle = mark.fill;
    context.fillRect(...area);
  }
  if (mark.edge === "none") return;
  context.strokeStyle = mark.edge;
  context.lineWidth = mark.line * DOTS_PER_MM;
  context.setLineDash(mark.dash ? [mark.dash * DOTS_PER_MM] : []);
  context.strokeRect(...area);
}

function canvasOf({ width, height, rgba }: Pixels): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  contextOf(canvas).putImageData(new ImageData(rgba, width, height), 0, 0);
  return canvas;
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (!context) throw new Error(`this browser draws no picture of ${canvas.width} × ${canvas.height} pixels`);
  return context;
}

async function fileOf(canvas: OffscreenCanvas): Promise<Uint8Array<ArrayBuffer>> {
  const blob = await canvas.convertToBlob({ type: "image/png" });
  return new Uint8Array(await blob.arrayBuffer());
}

const HEADER_BYTES = 8 + 25; // the signature, and the first chunk: its size

/** Say how many dots an inch has: programs place the picture as large as it is meant. */
function withResolution(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  const perMetre = Math.round(DPI / 0.0254);
  view.setUint32(0, 9);
  chunk.set([0x70, 0x48, 0x59, 0x73], 4); // "pHYs"
  view.setUint32(8, perMetre);
  view.setUint32(12, perMetre);
  view.setUint8(16, 1); // a metre
  view.setUint32(17, checksum(chunk.subarray(4, 17)));
  const made = new Uint8Array(file.length + chunk.length);
  made.set(file.subarray(0, HEADER_BYTES));
  made.set(chunk, HEADER_BYTES);
  made.set(file.subarray(HEADER_BYTES), HEADER_BYTES + chunk.length);
  return made;
}
