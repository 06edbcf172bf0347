import { expect, test } from "vitest";
import type { Described } from "../preprocessing/description.ts";
import { Shown } from "./shown.ts";
import type { State } from "./state.ts";

const HOW = { name: "square", crop: "centre" } as Described;

test("of a photo that did not travel whole it is said why, and what to do", async () => {
  const inFile = { id: "p", name: "large.jpg", whole: null, preprocessed: {}, problems: { small: "too small" } };
  const photo = new Shown("p", "large.jpg", null, inFile);
  await expect(photo.taken(HOW)).rejects.toThrow("not its own pixels, being large: to paint on it");
  await expect(photo.prepared({} as State, HOW)).rejects.toThrow("add the photo itself to this page");
  await expect(photo.prepared({} as State, { ...HOW, name: "small" })).rejects.toThrow("too small");
});

test("each picture is another, though its id stays", () => {
  const [one, next] = [new Shown("camera", "camera", null), new Shown("camera", "camera", null)];
  expect(one.serial).not.toBe(next.serial);
});
