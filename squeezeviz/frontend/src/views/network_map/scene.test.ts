import { expect, test } from "vitest";
import type { Layout, Stop } from "./layout.ts";
import { scrolled } from "./scene.ts";

const PLACE = { scrollLeft: 100, clientWidth: 300 };
const NONE = { before: null, chosen: "", kept: null };

function layoutOf(stops: { name: string; x: number; width?: number; isOpen?: boolean }[]): Layout {
  const made = stops.map(({ name, x, width = 40, isOpen = false }) => ({
    ...{ x, width, isOpen },
    unit: { key: name, layers: [{ name: `${name}.in` }, { name }] },
    hits: [{ layer: { name: `${name}.in` }, x: x + 10, width: 20 }],
  }));
  return { stops: made as unknown as Stop[] } as Layout;
}

test("a choice out of view comes into view, one in view stays where it is", () => {
  const layout = layoutOf([
    { name: "a", x: 0 },
    { name: "b", x: 200 },
    { name: "c", x: 900 },
  ]);
  expect(["a", "b", "c"].map((name) => scrolled(NONE, layout, name, PLACE))).toEqual([-24, 100, 664]);
});

test("a unit stays where it was as another one to its left closes", () => {
  const [before, after] = [200, 60].map((width) =>
    layoutOf([
      { name: "a", x: 0, width },
      { name: "b", x: width },
    ]),
  );
  if (!before || !after) throw new Error("two layouts");
  expect(scrolled({ before, chosen: "b", kept: null }, after, "b", PLACE)).toBe(-40);
});

test("of a unit that is too wide for the place, the layer that is chosen comes into view", () => {
  const layout = layoutOf([{ name: "a", x: 500, width: 800, isOpen: true }]);
  expect(scrolled(NONE, layout, "a", PLACE)).toBe(476);
  expect(scrolled(NONE, layout, "a.in", PLACE)).toBe(254);
});

test("what the pointer is on stays under it as units become wider; a photo that comes moves nothing", () => {
  const layout = layoutOf([{ name: "a", x: 0 }]);
  expect(scrolled({ before: layout, chosen: "a", kept: { at: 50, to: 400 } }, layout, "a", PLACE)).toBe(350);
  expect(scrolled({ before: layout, chosen: "a", kept: null }, layoutOf([{ name: "a", x: 0 }]), "a", PLACE)).toBe(100);
});
