import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

test("who has come last goes first, from the next breath on", async () => {
  const turns = new Turns();
  const steps: string[] = [];
  const work = (name: string, count: number) =>
    turns.take(async (breathe) => {
      for (let step = 0; step < count; step += 1) {
        steps.push(name);
        await breathe();
      }
    });
  await Promise.all([work("first", 4), work("last", 3)]);
  expect(steps).toEqual(["first", "last", "first", "last", "last", "first", "first"]);
});

test("what fails keeps nobody waiting", async () => {
  const turns = new Turns();
  const other = turns.take(async (breathe) => void (await breathe()));
  const failed = turns.take(async () => {
    await Promise.resolve();
    throw new Error("no memory");
  });
  await expect(failed).rejects.toThrow("no memory");
  await other;
});
