/** The photo, what the network gets of it, and what the chosen cell sees. */
import { amount } from "../ui/format.ts";
import { type Box, INK, type Pixels, type Sheet, SMALL } from "./sheet.ts";
import { colourIndex, coloursOf, largest, type Shown } from "./shown.ts";

const [GAP_MM, TALLEST_MM, OPACITY] = [3, 110, 0.62];

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export function drawPhoto(sheet: Sheet, box: Box, shown: Shown): number {
  const { original, seen, photo } = shown;
  const ratios = [original.width / original.height, seen.width / seen.height] as const;
  const tall = Math.min((box.width - GAP_MM) / (ratios[0] + ratios[1]), TALLEST_MM);
  const top = sheet.heading(box, photo.name, `${photo.size[0]} × ${photo.size[1]} px`);
  const whole = { x: box.left, y: top, width: ratios[0] * tall, height: tall };
  const input = { x: box.left + whole.width + GAP_MM, y: top, width: ratios[1] * tall, height: tall };
  sheet.picture(original, whole);
  const [left, above, right, below] = photo.visible;
  const crop = {
    x: whole.x + Math.max(0, left) * whole.width,
    y: whole.y + Math.max(0, above) * whole.height,
    width: (Math.min(1, right) - Math.max(0, left)) * whole.width,
    height: (Math.min(1, below) - Math.max(0, above)) * whole.height,
  };
  sheet.block(crop, "none", { edge: INK.ground, line: 0.5 });
  sheet.block(crop, "none", { edge: INK.ink, line: 0.2, dash: 0.9 });
  sheet.picture(seen, input);
  if (shown.classMap) sheet.picture(overlay(shown.classMap.maps, shown.traits.palette), input, OPACITY);
  for (const field of boxes(shown)) outline(sheet, field, input, shown);
  const under = top + tall + 2.7;
  sheet.write(whole.x, under, "dashed: what the network gets", SMALL, { colour: INK.quiet });
  sheet.write(input.x, under, `as the network gets it, ${seen.width} × ${seen.height}`, SMALL, { colour: INK.quiet });
  return under;
}

/** What the chosen cell sees through each path, in input pixels: left, top, right, bottom; the narrowest first. */
function boxes({ layer, cell, seen }: Shown): [number, number, number, number][] {
  const { stride, offset } = layer;
  if (!cell || !stride || !offset) return [];
  const span = (axis: 0 | 1, size: number, limit: number) => {
    const start = (offset[axis] ?? 0) + (stride[axis] ?? 1) * (cell[axis] ?? 0) - (size - 1) / 2;
    return [Math.max(0, start), Math.min(limit, start + size)] as const;
  };
  return layer.receptive_fields.map(([down, across]) => {
    const [[top, bottom], [left, right]] = [span(0, down, seen.height), span(1, across, seen.width)];
    return [left, top, right, bottom];
  });
}

function outline(sheet: Sheet, field: readonly number[], input: Area, { seen }: Shown): void {
  const [left = 0, top = 0, right = 0, bottom = 0] = field;
  const [across, down] = [input.width / seen.width, input.height / seen.height];
  const area = {
    x: input.x + left * across,
    y: input.y + top * down,
    width: (right - left) * across,
    height: (bottom - top) * down,
  };
  sheet.block(area, "none", { edge: INK.ground, line: 0.6 });
  sheet.block(area, "none", { edge: INK.accent, line: 0.25 });
}

/** A class's own map as colours. */
function overlay(
  { shape: [, height, width], values }: { shape: readonly [number, number, number]; values: Float32Array },
  palette: string,
): Pixels {
  const colours = coloursOf(palette);
  const rgba = new Uint8ClampedArray(4 * height * width).fill(255);
  const top = largest(values);
  for (let at = 0; at < height * width; at += 1) {
    const colour = 3 * colourIndex(values[at] as number, top);
    rgba.set(colours.subarray(colour, colour + 3), 4 * at);
  }
  return { width, height, rgba };
}

export function photoSentences(shown: Shown): string[] {
  const { layer, cell, channel, maps, classMap } = shown;
  const words = ["The photo; dashed, what the network gets of it"];
  const fields = boxes(shown);
  if (cell && fields.length) {
    const [y, x] = cell;
    const value = maps.values[(channel * maps.shape[1] + y) * maps.shape[2] + x] as number;
    const paths = fields.length > 1 ? "one box a path through the network; " : "";
    words.push(
      `Boxes: what cell ${y}, ${x} of ${layer.name} sees of the input (${paths}channel ${channel} is ${amount(value)})`,
    );
  }
  if (classMap) {
    const most = amount(largest(classMap.maps.values));
    words.push(`Over it, the map of ${classMap.label} in ${classMap.name}; full colour is its own maximum, ${most}`);
  }
  return [...words, ...shown.photo.notes];
}
