import { expect, test } from "vitest";
import { checksum } from "../preprocessing/checksum.ts";
import type { Layer } from "../protocol.ts";
import { sheetOf } from "./figure.ts";
import { type Mark, type Measure, MM_PER_POINT, type Pixels, type Sheet } from "./sheet.ts";
import { gridOf, type Shown } from "./shown.ts";
import { svgOf } from "./svg.ts";
import { FIGURE_VIEWS, isFigureView } from "./views.ts";

/** Every letter half as wide as it is tall. */
const measure: Measure = (text, size) => text.length * size * 0.5 * MM_PER_POINT;

const blank = (width: number, height: number): Pixels => ({
  width,
  height,
  rgba: new Uint8ClampedArray(4 * width * height),
});

const LAYER = {
  name: "fire2/concat",
  shape: [4, 2, 3],
  receptive_fields: [
    [3, 3],
    [7, 7],
  ],
  stride: [4, 4],
  offset: [1, 1],
} as unknown as Layer;

function shown(changed: Partial<Shown> = {}): Shown {
  return {
    photo: {
      name: "cat.png",
      model: "m",
      preset: "caffe2",
      size: [40, 20],
      visible: [0.25, 0, 0.75, 1],
      input: [3, 8, 8],
      preprocessing_words: "256 × 256, crop 227",
      notes: ["turned upright"],
      caution: "",
      is_sigmoid: false,
    },
    original: blank(40, 20),
    seen: blank(8, 8),
    labels: ["tabby", "crane", "moped"].map((label) => ({ label })),
    logits: Float32Array.of(1, 3, 2),
    probabilities: [0.09, 0.665, 0.245],
    layer: LAYER,
    maps: { shape: [4, 2, 3], values: Float32Array.from({ length: 24 }, (_, at) => (at < 6 ? 0 : at)) },
    channel: 1,
    cell: [1, 2],
    classMap: null,
    pinned: [],
    traits: { scale: "channel", palette: "ember" },
    madeBy: ["Model: m, SHA-256 0123"],
    ...changed,
  };
}

const of = <Kind extends Mark["kind"]>({ marks }: Sheet, kind: Kind) =>
  marks.filter((mark): mark is Extract<Mark, { kind: Kind }> => mark.kind === kind);
const texts = (sheet: Sheet) => of(sheet, "text").map(({ text }) => text);

test("a map's cell is a pixel; zero has its own colour, each channel's maximum the last", () => {
  const { width, height, rgba } = gridOf(shown(), [0, 1, 2, 3], 2);
  expect([width, height]).toEqual([7, 5]); // 2 maps of 3, 2 of 2, a pixel of paper between them
  const at = (x: number, y: number) => [...rgba.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)];
  expect(at(0, 0)).toEqual([0xed, 0xf0, 0xf3]);
  expect(at(3, 0)).toEqual([255, 255, 255]);
  expect(at(6, 1)).toEqual(at(2, 4)); // the maxima of channels 1 and 2
  const whole = gridOf(shown({ traits: { scale: "layer", palette: "ember" } }), [0, 1, 2, 3], 2).rgba;
  expect([...whole.subarray(4 * 13, 4 * 13 + 3)]).not.toEqual(at(6, 1)); // on one scale, channel 3 has the maximum
});

test.each(FIGURE_VIEWS)("%s: all within the sheet", (view) => {
  const sheet = sheetOf(view, shown(), measure);
  for (const mark of sheet.marks) {
    expect(mark.x).toBeGreaterThanOrEqual(0);
    expect(mark.y).toBeLessThanOrEqual(sheet.height);
    if (mark.kind === "text") continue;
    expect(mark.x + mark.width).toBeLessThanOrEqual(sheet.width + 1e-6);
    expect(mark.y + mark.height).toBeLessThanOrEqual(sheet.height);
  }
  expect(sheet.caption).toContain(
    "Image: cat.png. Preprocessing: caffe2, 256 × 256, crop 227. Model: m, SHA-256 0123.",
  );
});

test("bars are as long as probabilities, the most probable class first; what is pinned stands below", () => {
  const sheet = sheetOf("prediction", shown({ pinned: [0] }), measure);
  expect(texts(sheet).filter((text) => ["tabby", "crane", "moped"].includes(text))).toEqual([
    "crane",
    "moped",
    "tabby",
  ]);
  const widths = of(sheet, "block").map(({ width }) => width);
  const [track = 0, bar = 0, , second = 0] = widths;
  expect(bar / track).toBeCloseTo(0.665, 6);
  expect(second / track).toBeCloseTo(0.245, 6);
});

test("what a cell sees is drawn once a path, cut off at the input's edge", () => {
  const sheet = sheetOf("photo", shown(), measure);
  const input = of(sheet, "picture")[1];
  const across = (input?.width ?? 0) / 8;
  const fields = of(sheet, "block").filter(({ edge }) => edge === "#1666d0");
  // Cell 1, 2 lies at 5, 9: of 3 px only column 8 and beyond, which is outside the input of 8.
  expect(fields.map(({ y, height }) => [y - (input?.y ?? 0), height].map((mm) => Math.round(mm / across)))).toEqual([
    [4, 3],
    [2, 6],
  ]);
});

test("a class's map lies over the input", () => {
  const maps = { shape: [1, 2, 2] as [number, number, number], values: Float32Array.of(0, 1, 2, 3) };
  const sheet = sheetOf("photo", shown({ classMap: { name: "conv10", label: "crane", maps } }), measure);
  expect(of(sheet, "picture").at(-1)).toMatchObject({ pixels: { width: 2, height: 2 }, opacity: 0.62 });
  expect(sheet.caption).toContain("the map of crane in conv10; full colour is its own maximum, 3.00");
});

test("names are text, whatever they are", async () => {
  const named = shown();
  named.photo = { ...named.photo, name: '<script>"&\u0007' };
  const svg = await svgOf(sheetOf("photo", named, measure), async () => Uint8Array.of(1, 2, 3));
  expect(svg).toContain("&lt;script&gt;&quot;&amp;�");
  expect(svg).not.toContain("<script");
  expect(svg).toContain('href="data:image/png;base64,AQID"');
});

test("what a line cannot hold ends in an ellipsis", () => {
  const long = shown({ labels: [{ label: "a" }, { label: "x".repeat(400) }, { label: "b" }] });
  const name = texts(sheetOf("prediction", long, measure)).find((text) => text.startsWith("xx")) ?? "";
  expect(name.endsWith("…")).toBe(true);
  expect(measure(name, 7.5, true)).toBeLessThanOrEqual(50);
});

test("only these views are drawn without Python", () => {
  expect(["maps", "photo"].every(isFigureView)).toBe(true);
  expect(["drift", "toString", "constructor"].some(isFigureView)).toBe(false);
});

test("a PNG's checksum", () => {
  expect(checksum(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});
