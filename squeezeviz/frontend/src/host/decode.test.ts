import { expect, test } from "vitest";
import { floatsOf, fromSteps, halves, logitsOf, named } from "./decode.ts";

const viewOf = (array: ArrayBufferView) => new DataView(array.buffer, array.byteOffset, array.byteLength);

test("buffers have names, and those of a field keys", () => {
  const [a, b, c] = [1, 2, 3].map((value) => viewOf(Uint8Array.of(value)));
  const content = { kind: "frame", buffers: ["seen", "values/fire2/concat", "values/conv1"] };
  const message = named(content, [a, b, c] as DataView[]);
  expect(message).toEqual({ kind: "frame", buffers: { seen: a, values: { "fire2/concat": b, conv1: c } } });
});

test("half precision is read from any boundary", () => {
  const bits = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00, 0);
  const shifted = new Uint8Array(11);
  shifted.set(new Uint8Array(bits.buffer), 1);
  const expected = [2, -4, 2 ** -23, Infinity, 0];
  expect([...halves(viewOf(bits), 2)]).toEqual(expected);
  expect([...halves(new DataView(shifted.buffer, 1), 2)]).toEqual(expected);
});

test("steps are shares of their channel's maximum", () => {
  const found = fromSteps(viewOf(Uint8Array.of(255, 0, 51, 255)), Float32Array.of(1, 5));
  expect([...found]).toEqual([1, 0, 1, 5]);
});

test("equal logits stand in the order of their classes", () => {
  const { ranking, probabilities } = logitsOf(viewOf(Float32Array.of(1, 2, 2)));
  expect(ranking).toEqual([1, 2, 0]);
  expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
});

test("numbers that JSON has none for are numbers again", () => {
  const said = { rms: { a: { $number: "NaN" }, b: 1 }, drift: [["c", { $number: "-Infinity" }, null]], name: "NaN" };
  expect(named(said, [])).toEqual({ rms: { a: NaN, b: 1 }, drift: [["c", -Infinity, null]], name: "NaN", buffers: {} });
});

test("logits that are no number come last, and none of the probabilities is one", () => {
  const { ranking, probabilities } = logitsOf(viewOf(Float32Array.of(NaN, 1, Infinity, NaN, -Infinity)));
  expect(ranking).toEqual([2, 1, 0, 3, 4]);
  expect(probabilities.every((p) => p === 0 || Number.isNaN(p))).toBe(true);
});

test("where each class is answered for itself, probabilities need not add up to 1", () => {
  const { ranking, probabilities } = logitsOf(viewOf(Float32Array.of(0, 3, -800)), true);
  expect(ranking).toEqual([1, 0, 2]);
  expect([...probabilities]).toEqual([0.5, 1 / (1 + Math.exp(-3)), 0]);
});

test("numbers that came by themselves are not copied; a part of a message is", () => {
  const alone = Float32Array.of(1, 2);
  expect(floatsOf(viewOf(alone)).buffer).toBe(alone.buffer);
  const part = floatsOf(new DataView(alone.buffer, 4));
  expect([...part]).toEqual([2]);
  expect(part.buffer).not.toBe(alone.buffer);
});
