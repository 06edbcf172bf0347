import { describe, expect, test } from "vitest";
import { isOpen, type Unit, unitsOf } from "../../store/units.ts";
import { frameOf, type Layout, layoutNetwork } from "./layout.ts";
import { type Frame, fitted, type Word } from "./marks.ts";
import { namesOf } from "./names.ts";
import { bottlenecks, denseNet, fires, inceptions, type Sketch, skipping } from "./sketches.ts";

const measure = (text: string, isStrong = false) => [...text].length * (isStrong ? 6.8 : 6.2);

const known = new Map<Sketch, { units: Unit[]; frame: Frame }>();

/** Laid out with a layer chosen, and the unit of a key opened. */
function laid(sketch: Sketch, { chosen = "", opened = "", width = 596, zoom = 1, narrowest = 0 } = {}): Layout {
  const { units, frame } = known.get(sketch) ?? { units: unitsOf(sketch), frame: frameOf(unitsOf(sketch), measure) };
  known.set(sketch, { units, frame });
  const all = units.flatMap((unit) => [unit, ...unit.members]);
  const open = new Set(all.filter((unit) => isOpen(unit, chosen, opened)).map(({ key }) => key));
  const groups = units.filter(({ key, members }) => members.length && open.has(key));
  const standing = units.flatMap((unit) => (groups.includes(unit) ? unit.members : [unit]));
  return layoutNetwork({ frame, standing, groups, open, width, zoom, narrowest, measure });
}

const NETWORKS = { fires: fires(), bottlenecks: bottlenecks(16), inceptions: inceptions(9), dense: denseNet() };
const words = ({ marks, bands }: Layout) => [...marks.words, ...bands.flatMap(({ word }) => word ?? [])];

function boxOf({ x, y, text, unit, isSmall }: Word) {
  const half = (measure(text, unit !== "") * (isSmall ? 10 / 11 : 1)) / 2;
  return { text, left: x - half, right: x + half, top: y - 8, bottom: y };
}

function overlaps(layout: Layout): string[] {
  const boxes = words(layout).map(boxOf);
  return boxes.flatMap((one, at) =>
    boxes
      .slice(at + 1)
      .filter((other) => one.left < other.right && other.left < one.right)
      .filter((other) => one.top < other.bottom && other.top < one.bottom)
      .map((other) => `${one.text} / ${other.text}`),
  );
}

describe.each(Object.entries(NETWORKS))("%s", (_, sketch) => {
  const units = unitsOf(sketch).flatMap((unit) => [unit, ...unit.members]);
  const some = units.filter(({ form }, at) => form === "group" || at % 6 === 0);

  test.each([380, 596, 1100])("no word lies over another, in %i px, whatever is open", (width) => {
    for (const zoom of [0.4, 1, 3]) {
      for (const { output, key } of [{ output: { name: "" }, key: "" }, ...some]) {
        expect(overlaps(laid(sketch, { chosen: output.name, opened: key, width, zoom }))).toEqual([]);
      }
    }
  });

  test("no unit is narrower than a finger needs", () => {
    const widths = ({ stops }: Layout) => stops.map(({ width }) => width);
    expect(Math.min(...widths(laid(sketch, { width: 380, narrowest: 25 })))).toBeGreaterThanOrEqual(25);
    expect(overlaps(laid(sketch, { width: 380, narrowest: 25 }))).toEqual([]);
  });

  test("units stand side by side and fill the place, and what is drawn of them lies within the diagram", () => {
    const layout = laid(sketch, { width: 1300 });
    layout.stops.slice(1).forEach((stop, at) => {
      const before = layout.stops[at];
      expect(stop.x).toBeCloseTo((before?.x ?? 0) + (before?.width ?? 0));
    });
    const last = layout.stops.at(-1);
    expect((last?.x ?? 0) + (last?.width ?? 0)).toBeCloseTo(1296);
    for (const { y, height } of layout.marks.bars) {
      expect(y).toBeGreaterThanOrEqual(layout.frame.top - 2);
      expect(y + height).toBeLessThanOrEqual(layout.frame.bottom + 2);
    }
  });

  test("it is as tall whatever is open, and every layer of an open unit can be chosen", () => {
    for (const unit of units) {
      const layout = laid(sketch, { chosen: unit.output.name, opened: unit.key });
      expect(layout.frame).toEqual(laid(sketch).frame);
      const stop = layout.stops.find(({ unit: { key } }) => key === unit.key);
      if (stop?.isOpen) expect(stop.hits.map(({ layer }) => layer)).toEqual(unit.layers);
    }
  });
});

test("beyond what fits, it scrolls, and may be seen all at once", () => {
  const sketch = bottlenecks(40);
  const layout = laid(sketch);
  expect(layout.width).toBeGreaterThan(1000);
  expect(laid(sketch, { zoom: layout.leastZoom }).width).toBeCloseTo(596);
  expect(laid(fires()).leastZoom).toBe(1);
});

test("a residual block has a line past its branch, and one with a projection a bar on it", () => {
  const plain = laid(bottlenecks(1));
  expect(plain.marks.edges).toHaveLength(1);
  const projected = laid(bottlenecks(1, { isProjected: true }));
  expect(projected.marks.edges).toHaveLength(1);
  expect(projected.marks.bars).toHaveLength(plain.marks.bars.length + 1);
});

test("branches of an open inception block stand below each other, the join fills up with what they bring", () => {
  const sketch = inceptions(1);
  const { stops, frame } = laid(sketch, { chosen: "i1/join", opened: "i1/a" });
  const stop = stops.find(({ isOpen }) => isOpen);
  const rows = new Set(stop?.hits.filter(({ layer }) => !layer.name.endsWith("join")).map(({ y }) => y));
  expect(rows.size).toBe(4);
  const join = stop?.hits.at(-1);
  expect(Math.abs((join?.y ?? 0) + (join?.height ?? 0) / 2 - frame.middle)).toBeLessThan(1);
  expect(Math.max(...(stop?.hits.slice(0, -1).map(({ x, width }) => x + width) ?? []))).toBeLessThanOrEqual(
    (join?.x ?? 0) + 0.1,
  );
});

test("edges that skip units run at levels of their own where they would meet, and leave room for it", () => {
  const { marks, frame } = laid(skipping());
  expect(marks.edges).toHaveLength(2);
  const levels = marks.edges.map((path) => path.match(/Q\S+ ([\d.]+) /)?.[1]);
  expect(new Set(levels).size).toBe(2);
  expect(frame.height).toBeGreaterThan(frameOf(unitsOf(fires()), measure).height);
});

test("names are short: without the kind above them, without a module that stands before; cut, their end stays", () => {
  const names = (sketch: Sketch) => namesOf(unitsOf(sketch).map((unit: Unit) => ({ unit, group: null })));
  expect(names(bottlenecks(3))).toEqual(["stem", "1", "2", "3"]);
  const sketch = bottlenecks(3);
  for (const [at, block] of sketch.blocks.entries()) if (at) block.name = `stage${at < 3 ? 1 : 2}.${at}`;
  expect(names(sketch)).toEqual(["stem", "stage1.1", ".2", "stage2.3"]);
  expect(fitted("StatefulCall/model/conv1", 60, measure)).toBe("…l/conv1");
  expect([fitted("conv1", 60, measure), fitted("conv1", 3, measure)]).toEqual(["conv1", ""]);
});

test("a bar's height is ∝ √channels, on one scale for the network", () => {
  const heights = laid(bottlenecks(2)).marks.bars.map(({ height }) => height);
  const [stem = 0, output = 0, waist = 0] = heights;
  expect([output / stem, waist / stem].map((share) => share.toFixed(3))).toEqual(["2.000", "1.000"]);
  const tallest = laid(denseNet()).marks.bars.reduce((most, { height }) => Math.max(most, height), 0);
  expect(tallest).toBeLessThan(50);
});
