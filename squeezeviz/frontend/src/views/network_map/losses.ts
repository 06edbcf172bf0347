/** What layers lose in a lower precision, in words and as columns behind the architecture diagram. */
import type { LayerLoss } from "../../protocol.ts";
import { type Column, columnAt } from "./costs.ts";
import type { Layout, Stop } from "./layout.ts";

/** Two columns a unit: the error made in it, and the error passed on; on one scale for all. */
export function errorColumns(
  { stops, frame }: Layout,
  lossOf: (stop: Stop) => { made: number; inherited: number },
): Column[] {
  const losses = stops.map((stop) => ({ stop, ...lossOf(stop) }));
  const most = Math.max(1e-12, ...losses.flatMap(({ made, inherited }) => [made, inherited]));
  return losses.flatMap(({ stop: { unit, x, width }, made, inherited }) => {
    const half = Math.max(0, width - 2) / 2;
    return [made, inherited].map((error, at) => ({
      key: `${unit.key} ${at}`,
      look: at ? "sqv-error-inherited" : "sqv-error-made",
      ...columnAt(frame, x + 1 + at * half, half, error / most),
    }));
  });
}

/** A relative error. */
export function error(value: number | null): string {
  if (value === null) return "";
  if (value === 0) return "0 %";
  const percent = 100 * value;
  return `${percent >= 9.95 ? percent.toFixed(0) : percent.toPrecision(2)} %`;
}

/** What a layer loses, in a line. */
export function lossWords(loss: LayerLoss | null): string {
  if (!loss) return "";
  const { made, inherited, worst_channel: channel, worst_share: share, saturation, scale, zero_point: zero } = loss;
  const where = channel !== null && share !== null ? ` (${error(share)} of it in channel ${channel})` : "";
  const cut = saturation ? `, ${error(saturation)} saturated` : "";
  const step = scale === null ? "" : `; scale ${scale.toPrecision(3)}, zero point ${zero ?? 0}`;
  return `: error ${error(made)} made here${where}, ${error(inherited)} passed on${cut}${step}`;
}

export const LOSS_HEADS = [
  "Made",
  "Passed on",
  "Both",
  "SQNR, dB",
  "Worst channel",
  "Its share",
  "Saturated",
  "Unused codes",
  "Scale",
  "Zero point",
];

/** A layer's cells in the table, after its name. */
export function lossCells(loss: LayerLoss): string[] {
  return [
    error(loss.made),
    error(loss.inherited),
    error(loss.total),
    loss.sqnr_db === null ? "" : loss.sqnr_db.toFixed(1),
    loss.worst_channel === null ? "" : String(loss.worst_channel),
    error(loss.worst_share),
    error(loss.saturation),
    error(loss.dead_range),
    loss.scale === null ? "" : loss.scale.toPrecision(4),
    loss.zero_point === null ? "" : String(loss.zero_point),
  ];
}
