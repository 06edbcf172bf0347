import { expect, test } from "vitest";
import { soon } from "../testing.ts";
import { photoSaid, storeOf } from "./testing.ts";

const files = (count: number) => Array.from({ length: count }, (_, at) => new File(["x"], `${at}.png`));

test("of many photos a few are on their way at a time, the others wait for their turn", async () => {
  const { store, say, asked } = storeOf();
  void store.upload(files(7));
  await soon(() => expect(asked("piece")).toHaveLength(4));
  expect(store.uploads.left()).toBe(3);
  say(...photoSaid(asked("piece")[0]?.id ?? "", [1]));
  await soon(() => expect(asked("piece")).toHaveLength(5));
  // One that cannot be read makes room, too.
  say({ kind: "failed", id: asked("piece")[1]?.id ?? "", name: "1.png", message: "1.png: no picture" });
  await soon(() => expect(asked("piece")).toHaveLength(6));
  expect(store.uploads.left()).toBe(1);
  for (const { id } of asked("piece")) say(...photoSaid(id, [1]));
  await soon(() => expect(asked("piece").map(({ name }) => name)).toEqual(files(7).map(({ name }) => name)));
  expect(store.uploads.left()).toBe(0);
});

test("a piece is sent when the one before has been heard; what has failed is not sent to its end", async () => {
  const { store, say, asked } = storeOf();
  const large = new File([new Uint8Array(3.5 * (1 << 20))], "large.png");
  const sent = () => asked("piece").map(({ index }) => index);
  const answer = (kind: "working" | "failed") =>
    say({ kind, id: asked("piece").at(-1)?.id ?? "", name: "large.png", message: "large.png: no picture" });
  void store.upload([large]);
  await soon(() => expect(sent()).toEqual([0]));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(sent(), "nobody has heard of the first").toEqual([0]);
  answer("working");
  await soon(() => expect(sent()).toEqual([0, 1]));
  answer("failed");
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(sent()).toEqual([0, 1]);
});
