/** What layers lose in a lower precision, as columns behind the architecture diagram and as cells of a table. */
import type { LayerLoss } from "../../protocol.ts";
import { type Column, columnAt } from "./cost_figures.ts";
import type { Layout, Stop } from "./layout.ts";
import { error } from "./losses.ts";

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
