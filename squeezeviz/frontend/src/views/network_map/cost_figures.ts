/** What layers cost, as columns behind the architecture diagram and as cells of a table. */
import type { CostRow } from "../../protocol.ts";
import type { UnitCost } from "../../store/cost.ts";
import { LIMITS, share } from "./costs.ts";
import type { Layout, Stop } from "./layout.ts";

export interface Column {
  key: string;
  x: number;
  y: number;
  width: number;
  height: number;
  look: string;
}

const FOOT = 3;

/** A column that stands at the foot of the diagram. @param share Of the place that the tallest takes. */
export function columnAt(
  frame: Layout["frame"],
  x: number,
  width: number,
  share: number,
): Omit<Column, "key" | "look"> {
  const height = (frame.height - FOOT - frame.hitY) * share;
  return { x, width, y: frame.height - FOOT - height, height };
}

/** One column a unit, as tall as it takes long; the longest is as tall as the place. */
export function columnsOf({ stops, frame }: Layout, costOf: (stop: Stop) => UnitCost): Column[] {
  const costs = stops.map((stop) => ({ stop, ...costOf(stop) }));
  const most = Math.max(1e-9, ...costs.map(({ ms }) => ms));
  return costs.map(({ stop: { unit, x, width }, ms, limit }) => ({
    key: unit.key,
    look: `sqv-cost-${limit ?? "none"}`,
    ...columnAt(frame, x + 1, Math.max(0, width - 2), ms / most),
  }));
}

/** A row's cells in the table, after its name. */
export function cellsOf(row: CostRow, sumMs: number): string[] {
  return [
    row.kind,
    row.ms.toFixed(3),
    `${row.low_ms.toFixed(3)}–${row.high_ms.toFixed(3)}`,
    share(row.ms / sumMs),
    row.of_peak === null ? "" : share(row.of_peak),
    row.limit ? LIMITS[row.limit] : "",
    row.gops === null ? "" : row.gops.toFixed(1),
    row.macs ? (row.macs / 1e6).toFixed(2) : "",
    (row.moved_bytes / 1e6).toFixed(3),
    row.intensity === null ? "" : row.intensity.toFixed(1),
    row.of_bandwidth === null ? "" : share(row.of_bandwidth),
  ];
}

export const HEADS = [
  "Kind",
  "ms",
  "Quartiles",
  "Share",
  "Of peak",
  "Limit",
  "Gop/s",
  "M MACs",
  "MB moved",
  "Ops/byte",
  "Of bandwidth",
];
