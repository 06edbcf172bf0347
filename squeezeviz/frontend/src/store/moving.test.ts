import { beforeEach, expect, test, vi } from "vitest";
import { until } from "../testing.ts";
import { photoSaid, type Sent, storeOf } from "./testing.ts";
import type { FrameAnswer, Photo } from "./types.ts";

const frame = vi.hoisted(() => ({ width: 1, height: 1, bytes: new Uint8Array([1, 2, 3]) }));
vi.mock("../draw/pixels.ts", () => ({
  canvasOf: () => ({}),
  contextOf: () => ({
    ...Object.fromEntries(
      ["beginPath", "moveTo", "lineTo", "stroke", "drawImage"].map((name) => [name, () => undefined]),
    ),
    getImageData: () => ({ data: new Uint8Array(4) }),
  }),
  paint: () => undefined,
  pixelsOf: () => frame,
  sized: () => ({}),
}));

beforeEach(() => void vi.stubGlobal("requestAnimationFrame", () => 0));

test("where a browser lends no camera, that is said once, and the camera stays off", async () => {
  vi.stubGlobal("navigator", {});
  const { store, later } = storeOf();
  const { camera } = later.moving;
  await camera.start();
  await camera.start();
  expect(camera.status()).toBe("off");
  expect(store.photos.failures().map(({ message }) => message)).toEqual([
    expect.stringContaining("safe addresses only: open this page by an https address"),
  ]);
});

/** A store with a photo that is being edited: its first state has been asked for. */
async function edited() {
  const { store, later, say, asked } = storeOf();
  const { edit } = later.moving;
  say(...photoSaid("p", [1, 2]));
  await until(() => store.photos.photo());
  edit.begin(store.photos.photo() as Photo);
  const [pixels] = asked("pixels");
  say({ kind: "pixels", id: pixels?.id, size: [1, 1], original: [1, 1] }, { pixels: frame.bytes });
  await until(() => edit.drawing());
  const states = () => asked("frame");
  const answer = (logit: number) => {
    const { id, photo } = states().at(-1) as Sent & { photo: string };
    const said = { ...(store.photos.called("p") as Photo), id: photo, logits: new Float32Array([logit, 0]) };
    edit.answered(id, { photo: said, tensors: [], seen: frame } as FrameAnswer);
  };
  return { store, later, edit, states, answer, stopped: () => asked("stop").map(({ id }) => id) };
}

test("an edit begins with the answer to nothing painted, and is then on the stage", async () => {
  const { store, later, edit, states, answer } = await edited();
  expect([states().length, edit.isAnswered(), edit.shown()]).toEqual([1, false, null]);
  answer(5);
  expect(edit.before()?.logits[0]).toBe(5);
  expect([edit.status(), edit.isAnswered(), edit.isOf(store.traits.get("photo"))]).toEqual(["on", true, true]);
  later.moving.close();
});

test("the end of a stroke takes the place of the state under way, but no two in a row are given up", async () => {
  const { later, edit, states, answer, stopped } = await edited();
  answer(5);
  const drawing = edit.drawing() as NonNullable<ReturnType<typeof edit.drawing>>;
  const stroke = () => {
    drawing.press({ tool: "paint", colour: "#808080" }, 1, [0, 0]);
    drawing.move([1, 1], 1);
    drawing.end();
  };
  stroke();
  const [, first, second] = states();
  expect([states().length, stopped()]).toEqual([3, [first?.id]]);
  stroke();
  expect([states().length, stopped()]).toEqual([3, [first?.id]]);
  edit.answered(first?.id as string, null); // too late
  expect(edit.isAnswered()).toBe(false);
  answer(6);
  expect([states().length, edit.shown()?.logits[0]]).toEqual([4, 6]);
  answer(7);
  expect([states().length, edit.isAnswered(), edit.shown()?.logits[0]]).toEqual([4, true, 7]);
  expect(second?.id).not.toBe(first?.id);
  drawing.press({ tool: "paint", colour: "#808080" }, 1, [0, 0]);
  drawing.end();
  expect([states().length, stopped()], "nothing else is painted since it was sent").toEqual([5, [first?.id]]);
  later.moving.close();
});

test("at most one state is under way, and the latest wins", async () => {
  const { later, edit, states, answer } = await edited();
  answer(5);
  edit.renew(); // all of it anew: first with nothing painted, then as it is
  expect(states()).toHaveLength(2);
  answer(6);
  expect([states().length, edit.isAnswered()]).toEqual([3, false]);
  answer(7);
  expect([edit.isAnswered(), edit.shown()?.logits[0], edit.before()?.logits[0]]).toEqual([true, 7, 6]);
  later.moving.close();
});

test("a state that fails is said, and the next one has its chance", async () => {
  const { store, later, edit, states, answer } = await edited();
  answer(5);
  edit.renew();
  expect(edit.refused(states().at(-1)?.id ?? "", "no memory")).toBe(true);
  expect(store.photos.failures().map(({ message }) => message)).toEqual(["no memory"]);
  edit.renew();
  answer(6);
  expect(store.photos.failures()).toEqual([]);
  later.moving.close();
});

test("an edit of nothing ends where another photo is chosen", async () => {
  const { store, edit, answer } = await edited();
  answer(5);
  store.traits.set({ photo: "p" });
  expect([edit.status(), edit.drawing()]).toEqual(["off", null]);
});
