import { expect, test } from "vitest";
import type { Box } from "../../store/boxes.ts";
import { first, fitted, graspOf, isArrow, kept, shares, spanned, stepped } from "./layout.ts";

const PHOTO = { width: 320, height: 160 };
const BOX: Box = [100, 40, 60, 80];
const arrow = (key: string, keys: { shiftKey?: boolean; altKey?: boolean } = {}) =>
  stepped(BOX, { key, shiftKey: false, altKey: false, ...keys }, PHOTO);

test("a corner sizes a rectangle from the one across; its inside moves it; beside it another one begins", () => {
  expect(graspOf(BOX, [103, 42], 1)).toEqual({ what: "size", from: [160, 120] });
  expect(graspOf(BOX, [157, 118], 1)).toEqual({ what: "size", from: [100, 40] });
  expect(graspOf(BOX, [157, 42], 1)).toEqual({ what: "size", from: [100, 120] });
  expect(graspOf(BOX, [130, 80], 1)).toEqual({ what: "move", from: [130, 80], was: BOX });
  expect(graspOf(BOX, [103, 45], 4), "ten pixels of the screen are few of a photo shown large").toMatchObject({
    what: "move",
  });
  expect(graspOf(BOX, [10, 10], 1)).toBeNull();
  expect(graspOf(null, [130, 80], 1)).toBeNull();
});

test("a rectangle is drawn from any corner, and stays on the photo", () => {
  expect(spanned([50, 60], [20, 90])).toEqual([20, 60, 30, 30]);
  expect(kept([300, -20, 60, 80], PHOTO)).toEqual([260, 0, 60, 80]);
  expect(kept([0, 0, 1000, 1000], PHOTO)).toEqual([0, 0, 320, 160]);
});

test("the keyboard puts one in the middle, moves it, and sizes it", () => {
  expect(first(PHOTO)).toEqual([140, 60, 40, 40]);
  expect(arrow("ArrowLeft")).toEqual([95, 40, 60, 80]);
  expect(arrow("ArrowDown", { altKey: true })).toEqual([100, 41, 60, 80]);
  expect(arrow("ArrowRight", { shiftKey: true })).toEqual([100, 40, 65, 80]);
  expect(stepped([0, 0, 2, 2], { key: "ArrowUp", shiftKey: true, altKey: false }, PHOTO)).toEqual([0, 0, 2, 1]);
  expect([isArrow("ArrowUp"), isArrow("Enter")]).toEqual([true, false]);
});

test("places are shares of the photo, and the photo stands in the middle of its square", () => {
  expect(shares([32, 16, 160, 80], PHOTO)).toEqual({ left: "10%", top: "10%", width: "50%", height: "50%" });
  expect(fitted(PHOTO)).toEqual({ left: "0%", top: "25%", width: "100%", height: "50%" });
});
