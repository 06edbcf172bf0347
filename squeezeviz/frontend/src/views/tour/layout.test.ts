import { expect, test } from "vitest";
import { cardPlace } from "./layout.ts";

const box = (left: number, top: number, width: number, height: number) => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
const AREA = box(20, 100, 1200, 900);

test("the card stands beside what it speaks of, where there is room", () => {
  expect(cardPlace(AREA, box(20, 150, 260, 300), 120)).toEqual({ left: 270, top: 50, width: 300 });
  expect(cardPlace(AREA, box(920, 150, 300, 300), 120)).toEqual({ left: 590, top: 50, width: 300 });
});

test("else it lies over the lower end of what is tall, and above or below what is not", () => {
  const { left, top } = cardPlace(AREA, box(30, 150, 1150, 800), 120);
  expect([left, top]).toEqual([22, 250]);
  expect(cardPlace(AREA, box(30, 400, 1150, 100), 120).top).toBe(170);
  expect(cardPlace(AREA, box(30, 110, 1150, 100), 120).top).toBe(120);
});

test("on a small page it is as wide as that, and never sticks out", () => {
  const small = box(0, 0, 240, 600);
  expect(cardPlace(small, box(200, 0, 100, 100), 120)).toEqual({ left: 8, top: 110, width: 224 });
});
