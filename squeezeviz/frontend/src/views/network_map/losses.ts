/** What layers lose in a lower precision, in words. */
import type { LayerLoss } from "../../protocol.ts";

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
