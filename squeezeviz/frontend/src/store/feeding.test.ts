import { effect } from "@preact/signals-core";
import { expect, test, vi } from "vitest";
import { soon } from "../testing.ts";
import { isOfLabels } from "./feeding.ts";
import { MODEL, photoSaid, storeOf } from "./testing.ts";

async function opened() {
  const made = storeOf();
  made.say({
    kind: "setting",
    id: "",
    presets: [],
    models: [],
    samples: [],
    abilities: ["tell", "upload", "diagnose"],
  });
  made.say(MODEL);
  for (const id of ["p", "q"]) made.say(...photoSaid(id, [1, 3, 2]));
  await soon(() => expect(made.store.photos.all()).toHaveLength(2));
  return made;
}

const idOf = (asked: { id: string }[], at = -1) => asked.at(at)?.id ?? "";

test("files that name classes are told by their endings", () => {
  const names = ["a.txt", "A.CSV", "b.tsv", "c.png", "txt", "d.txt.jpg", "m.onnx"];
  expect(names.map((name) => isOfLabels({ name }))).toEqual([true, true, true, false, false, false, false]);
});

test("of what is dropped, pictures become photos, and a list names the classes", async () => {
  const { store, asked } = await opened();
  store.upload([new File(["cat"], "names.txt"), new File(["x"], "a.png")]);
  await soon(() => expect(asked("labels")).toHaveLength(1));
  await soon(() => expect(asked("piece").map(({ name }) => name)).toEqual(["a.png"]));
  expect(asked("labels")[0]).toMatchObject({ name: "names.txt", index: 0, count: 1, buffers: ["piece"] });
  expect(store.feeding.isOpen()).toBe(true);
});

test("where nothing may be told, a list is no list", async () => {
  const { store, say, asked } = await opened();
  say({ kind: "setting", id: "", presets: [], models: [], samples: [], abilities: ["upload"] });
  store.upload([new File(["cat"], "names.txt")]);
  await soon(() => expect(asked("piece")).toHaveLength(1));
  expect(asked("labels")).toHaveLength(0);
});

test("what is said is under way until the model answers, and no piece of it is a photo", async () => {
  const { store, say, asked } = await opened();
  store.feeding.name("numbers");
  expect(store.feeding.isWorking()).toBe(true);
  expect(asked("tell")[0]).toMatchObject({ labels: "numbers" });
  say({ kind: "working", id: idOf(asked("tell")), name: "names.txt" });
  expect(store.photos.all()).toHaveLength(2);
  say({ ...MODEL, id: idOf(asked("tell")), labels: [{ label: "hen", wnid: "", also: [] }] });
  expect(store.feeding.isWorking()).toBe(false);
  expect(store.networks.label(0).label).toBe("hen");
});

test("what does not fit is said where it was asked, and nothing is lost", async () => {
  const { store, say, asked } = await opened();
  store.feeding.preprocess({ preset: "keras-style" });
  expect(store.photos.isWorking()).toBe(true);
  say({ kind: "failed", id: idOf(asked("tell")), name: "", message: "no such preset" });
  await soon(() => expect(store.feeding.problem("preprocessing")).toBe("no such preset"));
  expect([store.feeding.problem("labels"), store.feeding.isWorking(), store.photos.isWorking()]).toEqual([
    "",
    false,
    false,
  ]);
  expect(store.photos.failures()).toEqual([]);
  store.feeding.name("imagenet");
  expect(store.feeding.problem("preprocessing")).toBe("");
});

test("a list that is far too large is not sent", async () => {
  const { store, asked } = await opened();
  const file = new File(["x"], "names.txt");
  Object.defineProperty(file, "size", { value: 1 << 26 });
  await store.feeding.nameBy(file);
  expect(store.feeding.problem("labels")).toContain("up to 32 MB");
  expect(asked("labels")).toHaveLength(0);
});

// The doctor ---------------------------------------------------------------------------------------------------------

const FOUND = {
  is_labelled: true,
  photos: 1,
  tried: 2,
  verdict: "v",
  ranking: [],
  choices: [],
  left_out: [],
  seconds: 1,
};
const progress = (id: string, done: number, found: object | null = null) => ({
  kind: "diagnosis",
  id,
  model: "net",
  done,
  total: 2,
  is_whole: found !== null,
  found,
});

test("it is tried on the photos whose class was said; where none was, on all", async () => {
  const { later, asked } = await opened();
  later.doctor.start();
  expect(asked("diagnose")[0]).toMatchObject({ photos: ["p", "q"], classes: [] });
  later.doctor.say("q", 0);
  later.doctor.start();
  expect(asked("diagnose")[1]).toMatchObject({ photos: ["q"], classes: [0] });
  expect(
    asked("stop").map(({ id }) => id),
    "one at a time",
  ).toEqual([idOf(asked("diagnose"), 0)]);
  later.doctor.say("q", null);
  expect(later.doctor.labelled()).toEqual([]);
  later.doctor.start({ folder: "/photos", labels: "" });
  expect(asked("diagnose")[2]).toMatchObject({ folder: "/photos", labels: "" });
});

test("who has read it is told of every step, and of nothing once it is stopped", async () => {
  const { later, say, asked } = await opened();
  const heard: unknown[] = [];
  effect(
    () => void heard.push([later.doctor.last()?.state, later.doctor.last()?.done, later.doctor.last()?.found?.verdict]),
  );
  later.doctor.start();
  say(progress(idOf(asked("diagnose")), 1));
  say(progress(idOf(asked("diagnose")), 2, FOUND));
  expect(later.doctor.stop(), "it is over").toBe(false);
  later.doctor.start();
  expect(later.doctor.stop()).toBe(true);
  say(progress(idOf(asked("diagnose")), 2, FOUND));
  expect(heard).toEqual([
    [undefined, undefined, undefined],
    ["running", 0, undefined],
    ["running", 1, undefined],
    ["whole", 2, "v"],
    ["running", 0, undefined],
    ["stopped", 0, undefined],
  ]);
});

test("it says why it failed; of another model it shows nothing; closed, it works for nobody", async () => {
  const { later, say, asked } = await opened();
  later.doctor.start();
  say({ kind: "failed", id: idOf(asked("diagnose")), name: "", message: "no photos" });
  await soon(() => expect(later.doctor.last()).toMatchObject({ state: "failed", problem: "no photos" }));
  later.doctor.start();
  later.doctor.show(false);
  expect(asked("stop")).toHaveLength(1);
  later.doctor.say("p", 0);
  say({ ...MODEL, name: "other" });
  expect([later.doctor.last(), later.doctor.truthOf("p")], "its classes are others").toEqual([null, null]);
  say(MODEL);
  expect(later.doctor.truthOf("p")).toBe(0);
});

test("a kernel that takes its time is not silent while it says how far it is", async () => {
  const { store, later, say, asked } = await opened();
  vi.useFakeTimers();
  try {
    later.doctor.start();
    for (let step = 0; step < 3; step += 1) {
      vi.advanceTimersByTime(9000);
      say(progress(idOf(asked("diagnose")), 1));
    }
    expect(store.isSilent()).toBe(false);
    vi.advanceTimersByTime(12_000);
    expect([store.isSilent(), later.doctor.last()?.state]).toEqual([true, "stopped"]);
  } finally {
    vi.useRealTimers();
  }
});
