import { effect } from "@preact/signals-core";
import { expect, test } from "vitest";
import { soon } from "../testing.ts";
import type { Resource } from "./resource.ts";
import { MODEL, photoSaid, storeOf } from "./testing.ts";
import type { Attribution } from "./types.ts";

/** A page that asks for one method's map at a time. */
async function opened() {
  const made = storeOf();
  made.say(MODEL);
  made.say(...photoSaid("p", [1, 3, 2]));
  await soon(() => expect(made.store.photos.photo()?.id).toBe("p"));
  const asking = (method: "saliency" | "smoothgrad") => () => made.later.questions.attribution(method, null, "first");
  const answer = (id: string, method: string) =>
    made.say({ kind: "attribution", id, attribution: { method, shape: [1, 1, 1] } }, { values: Float32Array.of(1) });
  return { ...made, asking, answer };
}

const follow = (read: () => Resource<Attribution>) => {
  const heard: Resource<Attribution>[] = [];
  const forget = effect(() => void heard.push(read()));
  return { last: () => heard.at(-1), forget };
};

test("what takes long says how far it is, and can be stopped and asked for after all", async () => {
  const { store, say, asked, asking, answer } = await opened();
  const first = follow(asking("saliency"));
  answer(asked("attribution")[0]?.id ?? "", "saliency");
  first.forget();
  const { last } = follow(asking("smoothgrad"));
  expect([last()?.steps?.total, store.isStoppable(), store.stop()]).toEqual([0, false, false]);
  const id = asked("attribution")[1]?.id ?? "";
  say({ kind: "steps", id, done: 12, total: 50 });
  expect(last()?.steps).toMatchObject({ done: 12, total: 50, isStopped: false });
  expect([store.isStoppable(), store.stop()]).toEqual([true, true]);
  expect(asked("stop").map((each) => each.id)).toEqual([id]);
  answer(id, "smoothgrad");
  expect(last()).toMatchObject({ known: null, steps: { done: 12, total: 50, isStopped: true } });
  expect(last()?.before?.method).toBe("saliency");
  expect([asked("attribution").length, store.stop()]).toEqual([2, false]);
  store.resources.resume(last()?.steps?.key ?? "");
  answer(asked("attribution")[2]?.id ?? "", "smoothgrad");
  expect(last()?.known?.method).toBe("smoothgrad");
  expect(last()?.steps).toBeUndefined();
});

test("the next one of a lane ends the one before; another lane's goes on", async () => {
  const { later, say, asked, asking } = await opened();
  follow(() => later.questions.attribution("score-cam", null, "second"));
  const first = follow(asking("smoothgrad"));
  first.forget();
  follow(asking("saliency"));
  expect(asked("attribution")).toHaveLength(2); // in turn: it may be there at once
  say({ kind: "steps", id: asked("attribution")[1]?.id, done: 0, total: 50 });
  const [other, before, now] = asked("attribution").map(({ id }) => id);
  expect(asked("stop").map(({ id }) => id)).toEqual([before]);
  expect(new Set([other, before, now]).size).toBe(3);
});

test("what two lanes wait for is asked again when one of them has ended it", async () => {
  const { later, say, asked, asking } = await opened();
  const first = follow(asking("smoothgrad"));
  say({ kind: "steps", id: asked("attribution")[0]?.id, done: 0, total: 50 });
  const second = follow(() => later.questions.attribution("smoothgrad", null, "second"));
  expect(asked("attribution")).toHaveLength(1);
  first.forget();
  follow(asking("saliency"));
  await soon(() =>
    expect(
      asked("attribution")
        .map(({ method }) => method)
        .slice(1),
    ).toContain("smoothgrad"),
  );
  expect(second.last()?.steps?.isStopped).toBe(false);
});
