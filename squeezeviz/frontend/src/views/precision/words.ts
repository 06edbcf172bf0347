/** A number of a quantised network, step by step in words. */
import type { IntegerNumber, LayerLoss } from "../../protocol.ts";
import { branches } from "../../store/layers.ts";
import type { Layer, Network, Step } from "../../store/types.ts";
import { amount, grouped } from "../../ui/format.ts";

export interface IntegerStep {
  name: string;
  text: string;
  /** Whether the number is cut off here. */
  isCut?: boolean;
}

/** Which number is opened: of layers that are joined by channels, that of the one that the channel is of. */
export function numberOf(network: Network, layer: Layer, channel: number, cell: [number, number]): Step {
  const own = branches(network, layer).find(({ from, to }) => from <= channel && channel < to);
  const isJoined = own !== undefined && own.layer.name !== layer.name;
  return isJoined ? { layer: own.layer.name, channel: channel - own.from, cell } : { layer: layer.name, channel, cell };
}

const signed = (value: number): string => (value < 0 ? `− ${grouped(-value)}` : `+ ${grouped(value)}`);
export const whole = (value: number): string => grouped(value).replace("-", "−");
const brief = (value: number): string => String(Number(value.toPrecision(4))).replace("-", "−");

/** From products to the code that is stored, and what it stands for. */
export function stepsOf(made: IntegerNumber): IntegerStep[] {
  const { bias, total, multiplier, scaled, rounded, low, high, code } = made;
  const zero = made.output_zero_point;
  const cut = made.is_saturated ? `${rounded} cut off at ${code}: saturated` : `${code}, within`;
  return [
    { name: "input", text: `(code − ${made.input_zero_point}) × ${brief(made.input_scale)}` },
    { name: "kernel", text: `(code − ${made.weight_zero_point}) × ${brief(made.weight_scale)}` },
    { name: `sum of ${made.count} products ${signed(bias)} (bias)`, text: whole(total) },
    { name: `× ${brief(multiplier)}`, text: brief(scaled) },
    { name: `rounded, + zero point ${zero}`, text: String(rounded) },
    { name: `from ${low} to ${high}`, text: cut, isCut: made.is_saturated },
    { name: `(${code} − ${zero}) × scale ${brief(made.output_scale)}`, text: amount(made.value) },
    { name: "without rounding", text: amount(made.exact) },
  ];
}

/** What is said of a layer that is no convolution. */
export function handedOn(loss: LayerLoss | null): string {
  if (!loss || loss.scale === null) return "Computed in float32: no whole numbers here.";
  return `Whole numbers × scale ${brief(loss.scale)}, zero point ${loss.zero_point ?? 0}. Convolutions are opened further.`;
}
