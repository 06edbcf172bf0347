import { expect, test } from "vitest";
import { Queue } from "./queue.ts";

test("what is asked for goes before what goes on by itself, one after the other", async () => {
  const queue = new Queue();
  const steps: string[] = [];
  const work = (name: string) => async () => {
    steps.push(name);
    await Promise.resolve();
    steps.push(`${name}.`);
  };
  await new Promise<void>((done) => {
    queue.beside(async () => {
      await work("beside")();
      queue.add(work("asked"));
    });
    queue.beside(work("next"));
    queue.beside(async () => done());
  });
  expect(steps).toEqual(["beside", "beside.", "asked", "asked.", "next", "next."]);
});
