/** Every map of a layer. */
import { type Box, INK, type Sheet, SMALL } from "./sheet.ts";
import { colourWords, gridOf, KEY_MM, key, type Shown, shapeWords } from "./shown.ts";

const LABEL_MM = 4.8;
const TALLEST = 1.05; // times its width

export function drawFeatureMaps(sheet: Sheet, box: Box, shown: Shown): number {
  const { layer, maps, channel, cell } = shown;
  const [count, height, width] = maps.shape;
  const right = box.left + box.width;
  const beside = { ...box, width: box.width - KEY_MM - 2 };
  const top = sheet.heading(beside, layer.name, shapeWords(layer.shape)) + 3.2;
  key(sheet, right, box.top + 0.3, shown);
  const room = box.width - LABEL_MM;
  const columns = columnsOf(count, height, width, room);
  const pixels = gridOf(
    shown,
    Array.from({ length: count }, (_, index) => index),
    columns,
  );
  const cellMm = Math.min(room / pixels.width, (TALLEST * room) / pixels.height, 6);
  const [left, row] = [box.left + LABEL_MM, (height + 1) * cellMm];
  sheet.picture(pixels, { x: left, y: top, width: pixels.width * cellMm, height: pixels.height * cellMm });
  const every = Math.max(1, Math.ceil(2.6 / row));
  for (let each = 0; each * columns < count; each += every) {
    const base = top + each * row + (height * cellMm) / 2 + 0.76;
    sheet.write(left - 0.6, base, String(each * columns), SMALL, { colour: INK.quiet, align: "right" });
  }
  const corner = { x: left + (channel % columns) * (width + 1) * cellMm, y: top + Math.floor(channel / columns) * row };
  frame(sheet, { ...corner, width: width * cellMm, height: height * cellMm });
  if (cell && height * width > 1) {
    const [y, x] = cell;
    frame(sheet, { x: corner.x + x * cellMm, y: corner.y + y * cellMm, width: cellMm, height: cellMm }, 0.25);
  }
  return top + pixels.height * cellMm;
}

export function featureMapWords({ layer, maps }: Shown): string {
  const below = maps.values.some((value) => value < 0) ? "; what is below zero is drawn as zero" : "";
  return `Feature maps of ${layer.name} (${shapeWords(layer.shape)})${below}`;
}

export const featureMapSentences = (shown: Shown): string[] => [featureMapWords(shown), colourWords(shown)];

/** On white first: it is seen on any colour. */
export function frame(sheet: Sheet, area: { x: number; y: number; width: number; height: number }, line = 0.35): void {
  sheet.block(area, "none", { edge: INK.ground, line: 2.2 * line });
  sheet.block(area, "none", { edge: INK.accent, line });
}

/** Columns of full rows, as large as fit: the channels of a row are easy to count. */
function columnsOf(count: number, height: number, width: number, room: number): number {
  let [best, most] = [1, 0];
  for (let columns = 1; columns <= Math.min(64, count); columns += 1) {
    if (count % columns && columns !== Math.ceil(Math.sqrt(count))) continue;
    const across = room / (columns * (width + 1));
    const down = (TALLEST * room) / (Math.ceil(count / columns) * (height + 1));
    const cell = Math.min(across, down, 6);
    if (cell >= most) [best, most] = [columns, cell];
  }
  return best;
}
