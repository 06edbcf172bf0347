/** A sheet as an SVG file: text stays text, and every cell of a map is one rectangle however far one looks closer. */
import { FONT, INK, type Mark, MM_PER_POINT, type Pixels, type Sheet } from "./sheet.ts";

const ANCHORS = { left: "start", center: "middle", right: "end" } as const;

/** @param png Makes a file of pixels. */
export async function svgOf(sheet: Sheet, png: (pixels: Pixels) => Promise<Uint8Array>): Promise<string> {
  const marks = await Promise.all(sheet.marks.map((mark) => elementOf(mark, png)));
  const [width, height] = [exact(sheet.width), exact(sheet.height)];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}">`,
    `<desc>${escaped(sheet.caption)}</desc>`,
    `<rect width="100%" height="100%" fill="${INK.ground}"/>`,
    ...marks,
    "</svg>",
    "",
  ].join("\n");
}

async function elementOf(mark: Mark, png: (pixels: Pixels) => Promise<Uint8Array>): Promise<string> {
  if (mark.kind === "text") {
    const { x, y, text, size, colour, isBold, align } = mark;
    const place = `x="${exact(x)}" y="${exact(y)}" text-anchor="${ANCHORS[align]}"`;
    const type = `font-family="${escaped(FONT)}" font-size="${exact(size * MM_PER_POINT)}"`;
    const weight = isBold ? ' font-weight="bold"' : "";
    return `<text ${place} ${type}${weight} fill="${colour}" xml:space="preserve">${escaped(text)}</text>`;
  }
  const area = `x="${exact(mark.x)}" y="${exact(mark.y)}" width="${exact(mark.width)}" height="${exact(mark.height)}"`;
  if (mark.kind === "block") {
    const dash = mark.dash ? ` stroke-dasharray="${mark.dash}"` : "";
    const edge = mark.edge === "none" ? "" : ` stroke="${mark.edge}" stroke-width="${mark.line}"${dash}`;
    return `<rect ${area} fill="${mark.fill}"${edge}/>`;
  }
  const source = `data:image/png;base64,${base64(await png(mark.pixels))}`;
  const opacity = mark.opacity < 1 ? ` opacity="${mark.opacity}"` : "";
  return `<image ${area} preserveAspectRatio="none" style="image-rendering:pixelated"${opacity} href="${source}"/>`;
}

const exact = (mm: number): string => String(Number(mm.toFixed(3)));

const SIGNS: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => SIGNS[sign] as string);

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
