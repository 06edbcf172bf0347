import { expect, test } from "vitest";
import type { Traits } from "../protocol.ts";
import { type Linked, readLink, writeLink } from "./link.ts";

const problemsOf = (hash: string) => readLink(hash).problems.join("\n");

test("what the page writes reads as people write it", () => {
  const traits = { layer: "fire5/concat", channel: 142, cell: [14, 21] as [number, number] };
  expect(writeLink({ photo: "coffee", traits })).toBe("photo=coffee&layer=fire5/concat&channel=142&cell=14,21");
});

test("whatever names are, and whatever is chosen, comes back", () => {
  const layer = "a&b=c#d:e %41/ü“𝄞";
  const traits: Partial<Traits> = {
    preset: "mine: 100 %",
    layer,
    channel: 0,
    cell: [0, 3],
    class_index: 7,
    contrast_class: null,
    pinned: [1, 2],
    opened: [
      { layer, channel: 1, cell: [2, 3] },
      { layer: "b", channel: 0, cell: [0, 0] },
    ],
    ablated: { [layer]: [1, 5], b: [0] },
    explaining: true,
    cam: false,
    comparing: true,
    kernels: false,
    ablation_fill: "mean",
    palette: "magma",
  };
  const linked: Linked = { photo: "mine (1).jpg", model: "net+1", traits };
  expect(readLink(`#${writeLink(linked)}`)).toEqual({ ...linked, problems: [] });
});

test("that there is none of something can be said", () => {
  const traits: Partial<Traits> = { class_index: null, pinned: [], opened: [], ablated: {} };
  const none = { explaining: false, cam: false, comparing: false, kernels: false };
  const link = writeLink({ traits: { ...traits, ...none } });
  expect(link).toBe("class=&pinned=&open=&ablated=&show=");
  expect(readLink(link)).toEqual({ traits: { ...traits, ...none }, problems: [] });
});

test("separators that were encoded on the way are read as well", () => {
  expect(readLink("#layer=fire5%2Fconcat&cell=14%2C21&open=fire5%2Fconcat%3A3%3A1%2C2")).toEqual({
    traits: { layer: "fire5/concat", cell: [14, 21], opened: [{ layer: "fire5/concat", channel: 3, cell: [1, 2] }] },
    problems: [],
  });
});

test.each([
  ["#channel=-1", /“channel”: expected a whole number from 0, got “-1”/],
  ["#channel=1e3", /got “1e3”/],
  ["#channel=99999999999", /got “99999999999”/],
  ["#channel=9999999999", /got “9999999999”/],
  ["#channel=", /expected a whole number/],
  ["#cell=14", /“cell”: expected two numbers, y,x, got “14”/],
  ["#cell=1,2,3", /got “1,2,3”/],
  ["#open=conv1", /expected LAYER:CHANNEL:Y,X, got “conv1”/],
  ["#ablated=conv1", /expected LAYER:CHANNEL/],
  ["#show=why,everything", /expected one of why, map, side-by-side, kernels, got “everything”/],
  ["#palette=jet", /expected one of ember, viridis, magma, got “jet”/],
  ["#layer=%E0%A4%A", /“layer=%E0%A4%A”: is not percent-encoded/],
  ["#layer=", /expected a name of 1 to 255 characters/],
  [`#layer=${"a".repeat(256)}`, /expected a name of 1 to 255 characters/],
  ["#layer=a&layer=b", /“layer”: is there 2 times, expected once/],
  ["#photo=a&photo=b", /“photo”: is there 2 times/],
  ["#wallpaper=1", /“wallpaper”: no part of a link is called so; there are photo, model, .*view/],
  ["#__proto__=1&constructor=2&traits=3", /“__proto__”.*\n“constructor”.*\n“traits”/],
  [`#pinned=${Array(65).fill(1).join(",")}`, /expected at most 64 numbers, got 65/],
  [`#${"open=a:0:0,0&".repeat(65)}`, /“open”: is there 65 times/],
  [`#photo=${"x".repeat(5000)}`, /the link has 5006 characters, expected at most 4096/],
  ["#%E2%80%AElayer=x", /“�layer”/],
])("%s is refused in words, and nothing of it is chosen", (hash, words) => {
  expect(problemsOf(hash)).toMatch(words);
  expect(readLink(hash).traits).toEqual({});
});

test("what is refused takes nothing else with it", () => {
  const read = readLink("#layer=conv1&channel=x&cell=1,2&<img src=x onerror=alert(1)>=1&class=3");
  expect(read.traits).toEqual({ layer: "conv1", cell: [1, 2], class_index: 3 });
  expect(read.problems).toHaveLength(2);
});

test("names of layers that objects have by themselves are names", () => {
  const { traits, problems } = readLink("#ablated=__proto__:1&ablated=constructor:2");
  expect(Object.entries(traits.ablated ?? {})).toEqual([
    ["__proto__", [1]],
    ["constructor", [2]],
  ]);
  expect(problems).toEqual([]);
  expect(Object.getPrototypeOf({}).polluted).toBeUndefined();
});
