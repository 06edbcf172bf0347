import { expect, test, vi } from "vitest";
import { until } from "../testing.ts";
import { firstPartOf, joinSecondPart, MODEL, photoSaid } from "./testing.ts";

/** Programs that were run, and why the next one does not. */
const beside = vi.hoisted(() => ({ ran: [] as string[], problem: "" }));
vi.mock("../host/beside.ts", () => ({
  runBeside: async (program: string) => {
    beside.ran.push(program);
    if (!beside.problem) joinSecondPart();
    return beside.problem;
  },
}));

type Page = ReturnType<typeof firstPartOf>;
const requests = ({ asked }: Page) => asked("second_part").length;
const arrive = ({ asked, say }: Page) =>
  say({ kind: "second_part", id: asked("second_part").at(-1)?.id }, { program: new TextEncoder().encode("program") });
const refuse = ({ asked, say }: Page, message: string) =>
  say({ kind: "failed", id: asked("second_part").at(-1)?.id, name: "", message });

// In this order: what one page has, the module has from then on.

test("nobody asks for it unasked, and the store does without", async () => {
  const page = firstPartOf();
  const { store, say } = page;
  say(MODEL);
  say(...photoSaid("p", [1, 2]));
  await until(() => store.photos.photo());
  store.hold();
  say({ kind: "forgotten", id: "p" });
  expect([store.later(), store.stop(), store.isStoppable(), requests(page)]).toEqual([null, false, false, 0]);
  store.close();
});

test("a kernel that fails is told in words, and asked again when somebody says so", async () => {
  const page = firstPartOf();
  const { store, say } = page;
  say(MODEL);
  store.secondPart.want();
  expect([requests(page), store.secondPart.isAwaited(), store.isWorking()]).toEqual([1, true, true]);
  refuse(page, "no such file");
  await until(() => store.secondPart.problem());
  expect([store.secondPart.problem(), store.secondPart.isAwaited()]).toEqual(["no such file", false]);
  expect(requests(page), "of itself it asks no more").toBe(1);
  store.secondPart.again();
  expect([requests(page), store.secondPart.problem()]).toEqual([2, ""]);
  store.close();
});

test("what a button is for is said where it cannot be done, and a second press tries again", async () => {
  const page = firstPartOf();
  const { store } = page;
  const act = vi.fn();
  store.use("camera", act);
  refuse(page, "no such file");
  await until(() => store.photos.failures().length);
  expect(store.photos.failures()).toMatchObject([{ name: "camera", message: "no such file" }]);
  store.use("camera", act);
  expect([requests(page), act.mock.calls.length]).toEqual([2, 0]);
  store.close();
});

test("a program that does not run is said like one that does not come", async () => {
  const page = firstPartOf();
  beside.problem = "it is of another version";
  page.store.secondPart.want();
  arrive(page);
  await until(() => page.store.secondPart.problem());
  expect([page.store.secondPart.problem(), page.store.later()]).toEqual(["it is of another version", null]);
  beside.problem = "";
  page.store.close();
});

test("a kernel that falls silent leaves it to the next page, and is asked when it is back", async () => {
  vi.useFakeTimers();
  const [page, other] = [firstPartOf(), firstPartOf()];
  try {
    page.say(MODEL);
    page.store.secondPart.want();
    other.store.secondPart.want();
    expect([requests(page), requests(other)], "one at a time").toEqual([1, 0]);
    other.say(MODEL);
    vi.advanceTimersByTime(12_000);
    expect([page.store.isSilent(), requests(other)]).toEqual([true, 1]);
    refuse(other, "no");
    await vi.advanceTimersByTimeAsync(0);
    page.say(MODEL);
    expect(requests(page)).toBe(2);
  } finally {
    vi.useRealTimers();
    page.store.close();
    other.store.close();
  }
});

test("it is loaded once for all, and what was wanted of it is done then", async () => {
  const [page, other] = [firstPartOf(), firstPartOf()];
  const acts: string[] = [];
  for (let press = 0; press < 2; press += 1) page.store.use("Edit", ({ moving }) => acts.push(moving.edit.status()));
  other.store.secondPart.fetch();
  expect(acts).toEqual([]);
  beside.ran.length = 0;
  arrive(page);
  await until(() => other.store.later());
  expect([acts, beside.ran, requests(other), page.store.isWorking()]).toEqual([["off"], ["program"], 0, false]);
  other.store.use("Edit", ({ moving }) => acts.push(moving.edit.status()));
  expect([acts.length, firstPartOf().store.later() !== null], "who comes after it has it").toEqual([2, true]);
});
