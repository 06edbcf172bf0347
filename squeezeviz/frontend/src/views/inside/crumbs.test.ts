import { expect, test } from "vitest";
import { MODEL, photoSaid, storeOf } from "../../store/testing.ts";
import type { Step } from "../../store/types.ts";
import { soon } from "../../testing.ts";
import { crumbsOf } from "./crumbs.ts";

const [outer, inner]: Step[] = [
  { layer: "conv2", channel: 1, cell: [0, 0] },
  { layer: "conv1", channel: 0, cell: [2, 3] },
] as [Step, Step];
const COUNTS = { last: 60, others: 10 };

test("a number that is on its way is known from the one before, and takes its place from no other", async () => {
  const { store, later, say, asked } = storeOf();
  const { questions } = later;
  say(MODEL);
  say(...photoSaid("p", [1, 3, 2]));
  await soon(() => expect(store.photos.photo()?.id).toBe("p"));
  const texts = () => crumbsOf(store.networks, questions, [outer, inner], COUNTS).map(({ text }) => text);
  const answer = (index: number, value: number, terms: object[]) =>
    say({ kind: "calculation", id: asked("open")[index]?.id, calculation: { kind: "sum", value, terms } });
  expect(texts()).toEqual(["…", "…"]);
  expect(asked("open").map(({ layer, count }) => [layer, count])).toEqual([
    ["conv2", 10],
    ["conv1", 60],
  ]);
  answer(0, 20, [{ ...inner, weight: 2, value: 0.5, product: 1 }]);
  expect(texts()).toEqual(["20.000", "0.50000"]);
  expect(questions.calculation(inner, 60).before).toBeNull();
  answer(1, 0.5, []);
  expect(questions.calculation(inner, 60).known?.value).toBe(0.5);
  expect(asked("open")).toHaveLength(2);
});
