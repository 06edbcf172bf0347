import { expect, test } from "vitest";
import type { Progress } from "../../host/door.ts";
import type { File } from "../../host/offline.ts";
import { computedWords, originWords } from "./colophon.tsx";

const exactness = { layer: "conv1", size: 1.25e-7, compared: 1234 };
const whole: Progress = { layers: 26, done: 26, ms: 340, exactness, problem: "" };
const about = { sha256: "0123456789abcdef", parameters: 1234567, version: "9.9", date: "2030-01-02", rounding: "" };
const file = { about, model: "net", layers: 30, photos: 2, network_bytes: 4.5e6, other_bytes: 6e5 } as File;
const said = (progress: Partial<Progress>, more: Partial<File> = {}) =>
  computedWords({ ...whole, ...progress }, { ...file, ...more });

test("what is computed is said while it is, with how many layers there are", () => {
  expect(said({ done: 3, ms: 0 })).toMatch(/: 3 of 26 …$/);
  expect(said({ layers: 0, done: 0, ms: 0 })).toMatch(/: 0 of 30 …$/);
});

test("an empty page computes nothing yet", () => {
  const nothing = { layers: 0, done: 0, ms: 0 };
  expect(said(nothing, { photos: 0 })).toMatch(/^All 30 layers are computed .*, as soon as there is a photo\.$/);
  expect(said({ done: 3, ms: 0 }, { photos: 0 })).toMatch(/: 3 of 26 …$/);
});

test("how far it is from Python is said once something was compared", () => {
  expect(said({})).toMatch(/^All 26 layers .* in 0\.34 s\. .* of 1,234 compared: 1\.[23]e-7 of .* \(conv1\)\.$/);
  expect(said({ exactness: { layer: "", size: 0, compared: 0 } })).toMatch(/Nothing is quantised\.$/);
});

test("a problem comes first", () => {
  expect(said({ problem: "no memory" })).toBe("The layers could not be computed: no memory");
});

test("whose numbers these are, and whom the page asks", () => {
  expect(originWords(file, false)).toBe(
    "net, sha256 0123456789ab…, 1,234,567 parameters in single precision (4.5 MB); 2 photos (0.6 MB). " +
      "Their logits are Python’s; of photos of your own, the page’s. squeezeviz 9.9, 2030-01-02. This page asks no host for anything.",
  );
  expect(originWords({ ...file, photos: 0 }, true)).toMatch(
    / it carries no photo\. squeezeviz 9\.9, .* its own folder/,
  );
});

test("what half precision has changed is said, and no longer that nothing is rounded", () => {
  const rounded = { is_half: true, about: { ...about, rounding: "Weights are rounded." } };
  expect(originWords({ ...file, ...rounded }, false)).toMatch(
    / in half precision \(4\.5 MB\); .*\. Weights are rounded\. The/,
  );
  expect(said({}, rounded)).not.toMatch(/quantised/);
});
