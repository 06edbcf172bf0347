/** One map, large, with what there is to be said of it. */
import { amount } from "../ui/format.ts";
import { frame } from "./feature_maps.ts";
import { type Box, INK, QUIET, type Sheet, SMALL } from "./sheet.ts";
import { colourIndex, coloursOf, colourWords, gridOf, KEY_MM, key, largest, type Shown, sizeOf } from "./shown.ts";

const [SIDE_MM, LABEL_MM, FACTS_MM, BINS] = [64, 5.5, 30, 40];

export function drawChannel(sheet: Sheet, box: Box, shown: Shown): number {
  const { channel, layer, maps, cell } = shown;
  const [, height, width] = maps.shape;
  const top = sheet.heading({ ...box, width: box.width - KEY_MM - 3 }, `Channel ${channel}`, layer.name) + 3.2;
  key(sheet, box.left + box.width, box.top + 0.3, shown);
  const scale = SIDE_MM / Math.max(height, width);
  const area = { x: box.left + LABEL_MM, y: top, width: width * scale, height: height * scale };
  sheet.picture(gridOf(shown, [channel], 1), area);
  if (cell) {
    frame(sheet, { x: area.x + cell[1] * scale, y: area.y + cell[0] * scale, width: scale, height: scale });
  }
  for (const tick of ticks(height)) {
    const y = area.y + (tick + 0.5) * scale + 0.76;
    sheet.write(area.x - 0.8, y, String(tick), SMALL, { colour: INK.quiet, align: "right" });
  }
  for (const tick of ticks(width)) {
    const x = area.x + (tick + 0.5) * scale;
    sheet.write(x, area.y + area.height + 2.8, String(tick), SMALL, { colour: INK.quiet, align: "center" });
  }
  const facts = { left: area.x + area.width + 5, top, width: FACTS_MM };
  const beside = { left: facts.left + FACTS_MM + 6, top, width: 0 };
  beside.width = box.left + box.width - beside.left;
  return Math.max(area.y + area.height + 3, drawFacts(sheet, facts, shown), drawValues(sheet, beside, shown));
}

export const channelSentences = (shown: Shown): string[] => {
  const { channel, layer, cell, maps } = shown;
  const at = cell ? (channel * maps.shape[1] + cell[0]) * maps.shape[2] + cell[1] : -1;
  const framed = cell ? `; framed: cell ${cell[0]}, ${cell[1]}, ${amount(maps.values[at] as number)}` : "";
  return [`Channel ${channel} of ${layer.name}${framed}`, colourWords(shown)];
};

const ticks = (size: number): number[] => [...new Set([0, Math.floor(size / 2), size - 1])];

const valuesOf = ({ maps, channel }: Shown): Float32Array =>
  maps.values.subarray(channel * sizeOf(maps), (channel + 1) * sizeOf(maps));

function drawFacts(sheet: Sheet, box: Box, shown: Shown): number {
  const values = valuesOf(shown);
  const most = largest(values);
  const at = values.indexOf(most);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const zero = values.reduce((count, value) => count + Number(value === 0), 0) / values.length;
  const lines = [
    ["max", amount(most)],
    ["at", `${Math.floor(at / shown.maps.shape[2])}, ${at % shown.maps.shape[2]}`],
    ["mean", amount(mean)],
    ["zero", `${(100 * zero).toFixed(1)} %`],
  ] as const;
  lines.forEach(([name, text], row) => {
    const base = box.top + 2.6 + 4.2 * row;
    sheet.write(box.left, base, name, QUIET, { colour: INK.quiet });
    sheet.write(box.left + box.width, base, text, QUIET, { align: "right" });
  });
  return box.top + 4.2 * lines.length;
}

/** Values above zero as a histogram; how many are not is said, since they would dwarf it. */
function drawValues(sheet: Sheet, box: Box, shown: Shown): number {
  const values = valuesOf(shown);
  const own = largest(values);
  const above = values.filter((value) => value > 0);
  const words = `of ${values.length} cells, ${above.length} are above 0`;
  const top = sheet.heading(box, "Values", "", words);
  const tall = 22;
  const counts = new Array<number>(BINS).fill(0);
  for (const value of above) {
    const bin = Math.min(BINS - 1, Math.floor((value / own) * BINS));
    counts[bin] = (counts[bin] as number) + 1;
  }
  const full = shown.traits.scale === "channel" ? own : largest(shown.maps.values);
  const colours = coloursOf(shown.traits.palette);
  const step = box.width / BINS;
  const tallest = Math.max(1, ...counts);
  counts.forEach((count, bin) => {
    if (!count) return;
    const colour = 3 * colourIndex(((bin + 0.5) / BINS) * own, full);
    const height = (tall * count) / tallest;
    const area = { x: box.left + (bin + 0.07) * step, y: top + tall - height, width: 0.86 * step, height };
    sheet.block(area, `rgb(${colours.subarray(colour, colour + 3).join(",")})`);
  });
  sheet.block({ x: box.left, y: top + tall, width: box.width, height: 0.2 }, INK.rule);
  const base = top + tall + 2.8;
  sheet.write(box.left, base, "0", SMALL, { colour: INK.quiet });
  if (own > 0) sheet.write(box.left + box.width, base, amount(own), SMALL, { colour: INK.quiet, align: "right" });
  return base;
}
