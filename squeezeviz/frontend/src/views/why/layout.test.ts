import { expect, test } from "vitest";
import type { Tried } from "../../store/types.ts";
import { channelLines, fieldBars, lengths, ranked, softmaxTrack } from "./layout.ts";
import { said } from "./running.tsx";

test("what one half takes stands on the same track as the class's logit", () => {
  const softmax = { zero: 0, count: 3, floor: 0, needed: { half: 5, here: 10 } };
  const track = softmaxTrack({ logit: 20, softmax });
  expect([track.logit, track.here, track.half].map((each) => each?.toFixed(2))).toEqual(["94.34", "47.17", "23.58"]);
  expect([track.isShort, softmaxTrack({ logit: 9, softmax }).isShort]).toEqual([false, true]);
  expect(softmaxTrack({ logit: -1, softmax: { ...softmax, needed: { half: null, here: -3 } } })).toEqual({
    logit: 0,
    here: 0,
    half: null,
    isShort: false,
  });
});

test("channels, the others and the bias are measured by the longest of them", () => {
  const channels = [
    { channel: 7, adds: 2 },
    { channel: 3, adds: -1 },
  ];
  expect(channelLines({ channels, rest: -4, bias: 0 }, 10)).toEqual([
    { channel: 7, adds: 2, text: "7", length: 50 },
    { channel: 3, adds: -1, text: "3", length: 25 },
    { channel: null, adds: -4, text: "8 others", length: 100 },
    { channel: null, adds: 0, text: "bias", length: 1 },
  ]);
  expect(lengths([0, 0])(0)).toBe(1);
});

test("bars up and down fill their room, and share its zero", () => {
  const { bars, strongest } = fieldBars([
    { size: [31, 31], adds: 3 },
    { size: [39, 39], adds: -1 },
  ]);
  expect(bars.map(({ height, bottom }) => [height, bottom])).toEqual([
    [75, 25],
    [25, 0],
  ]);
  expect(strongest?.size).toEqual([31, 31]);
  expect(fieldBars([]).strongest).toBeUndefined();
});

test("channels are ranked by what they are worth; what has not been ablated yet is left out", () => {
  const made = {
    channels: [
      ["a", 0],
      ["a", 1],
      ["b", 0],
      ["b", 1],
    ],
    logit: 10,
    logits: Float32Array.of(9, NaN, 14, 11),
    best: Uint16Array.of(5, 5, 6, 5),
    answer: 5,
  } as unknown as Tried;
  const { effects, flips } = ranked(made);
  expect(effects.map(({ layer, channel, worth }) => [layer, channel, worth])).toEqual([
    ["b", 0, -4],
    ["a", 0, 1],
    ["b", 1, -1],
  ]);
  expect(flips).toBe(1);
});

test("how far a trial is, in words", () => {
  const at = (state: "running" | "whole" | "stopped" | "failed", done = 0, total = 0) =>
    said({ state, done, total }, "patches hidden");
  expect([said(null, "patches"), at("running"), at("running", 5, 2916), at("whole", 49, 49)]).toEqual([
    "",
    "on its way",
    "5 of 2,916",
    "49 patches hidden",
  ]);
  expect([at("stopped"), at("stopped", 5, 49), at("failed")]).toEqual(["stopped", "stopped after 5 of 49", ""]);
});
