import { expect, test } from "vitest";
import type { Drawing, Ink } from "./drawing.ts";
import { GREY, Tools } from "./tools.ts";

function toolsOf() {
  const dyed: Ink[] = [];
  const drawing = { width: 300, height: 200, mean: "#123456", dye: (ink: Ink) => dyed.push(ink) };
  return { tools: new Tools(() => drawing as unknown as Drawing), dyed };
}

test("every place of the slider is found again", () => {
  const { tools } = toolsOf();
  for (let place = 0; place <= 100; place += 1) {
    tools.slide(place);
    expect(tools.slider()).toBe(place);
  }
});

test("a brush is a share of the photo, within bounds", () => {
  const { tools } = toolsOf();
  expect(tools.size()).toBeCloseTo(30);
  tools.resize(1);
  expect(tools.size()).toBeCloseTo(37.5);
  tools.resize(100);
  expect(tools.size()).toBe(150);
  tools.resize(-100);
  expect(tools.size()).toBe(3);
  expect(new Tools(() => null).size()).toBe(1);
});

test("another ink dyes what may still be moved; another shape or size does not", () => {
  const { tools, dyed } = toolsOf();
  tools.choose({ shape: "rectangle" });
  tools.resize(1);
  expect(dyed).toEqual([]);
  tools.choose({ isMean: true });
  tools.choose({ tool: "cut" });
  expect(dyed).toEqual([
    { tool: "paint", colour: "#123456" },
    { tool: "cut", colour: "#123456" },
  ]);
  expect(new Tools(() => null).ink()).toEqual({ tool: "paint", colour: GREY });
});
