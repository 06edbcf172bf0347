import { expect, test } from "vitest";
import type { IntegerNumber, LayerLoss } from "../../protocol.ts";
import type { Layer, Network } from "../../store/types.ts";
import { handedOn, numberOf, stepsOf } from "./words.ts";

const NUMBER = {
  input_zero_point: 112,
  input_scale: 1.0581,
  weight_zero_point: 0,
  weight_scale: 0.0031641,
  bias: -39,
  total: 374050,
  count: 27,
  multiplier: 0.0011849,
  scaled: 443.2,
  rounded: 443,
  low: 0,
  high: 255,
  code: 255,
  is_saturated: true,
  output_zero_point: 0,
  output_scale: 2.825,
  value: 720.4,
  exact: 1252,
} as IntegerNumber;

test("a number is told step by step, and where it is cut off", () => {
  const steps = stepsOf(NUMBER);
  expect(steps.map(({ name, text }) => `${name}: ${text}`)).toEqual([
    "input: (code − 112) × 1.058",
    "kernel: (code − 0) × 0.003164",
    "sum of 27 products − 39 (bias): 374,050",
    "× 0.001185: 443.2",
    "rounded, + zero point 0: 443",
    "from 0 to 255: 443 cut off at 255: saturated",
    "(255 − 0) × scale 2.825: 720",
    "without rounding: 1252",
  ]);
  expect(steps.filter(({ isCut }) => isCut)).toHaveLength(1);
  const whole = stepsOf({ ...NUMBER, rounded: 255, is_saturated: false });
  expect(whole.some(({ isCut }) => isCut)).toBe(false);
});

test("of layers that are joined, the number is that of the layer which the channel is of", () => {
  const layer = (name: string, kind: string, channels: number, inputs: string[]) =>
    ({ name, kind, shape: [channels, 4, 4], inputs }) as unknown as Layer;
  const layers = [
    layer("a", "convolution", 3, []),
    layer("b", "convolution", 5, []),
    layer("ab", "concatenation", 8, ["a", "b"]),
  ];
  const network = { layers } as Network;
  expect(numberOf(network, layers[2] as Layer, 4, [1, 2])).toEqual({ layer: "b", channel: 1, cell: [1, 2] });
  expect(numberOf(network, layers[0] as Layer, 2, [0, 0])).toEqual({ layer: "a", channel: 2, cell: [0, 0] });
});

test("of what is no convolution, what its codes are worth is said, or that it has none", () => {
  const loss = (scale: number | null) => ({ scale, zero_point: scale && 3 }) as LayerLoss;
  expect(handedOn(loss(0.5))).toBe("Whole numbers × scale 0.5, zero point 3. Convolutions are opened further.");
  expect(handedOn(loss(null))).toBe("Computed in float32: no whole numbers here.");
  expect(handedOn(null)).toBe("Computed in float32: no whole numbers here.");
});
