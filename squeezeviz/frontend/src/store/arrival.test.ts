import { expect, test } from "vitest";
import { megabytes } from "./arrival.ts";
import { MODEL, storeOf } from "./testing.ts";

const MIB = 1 << 20;
const SETTING = {
  kind: "setting",
  id: "",
  presets: [],
  models: [],
  samples: [],
  limit_bytes: 1,
  abilities: ["open-model"],
};
const file = (name: string, bytes: number) => new File([new Uint8Array(bytes)], name);
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** Until nothing more is sent. */
async function sentOf({ asked }: ReturnType<typeof storeOf>) {
  let before = -1;
  while (before !== asked("model-piece").length) {
    before = asked("model-piece").length;
    for (let at = 0; at < 8; at += 1) await turn();
  }
  return asked("model-piece");
}

test("each piece of a model is sent when the one before has been taken; it ends with the model that answers", async () => {
  const made = storeOf();
  const { store, say } = made;
  say({ ...SETTING, model_limit_bytes: 99 * MIB });
  say(MODEL);
  void store.upload([file("w.data", MIB), file("net.onnx", 2 * MIB + 5)]);
  const order = [
    ["net.onnx", 0, 0, 3],
    ["net.onnx", 0, 1, 3],
    ["net.onnx", 0, 2, 3],
    ["w.data", 1, 0, 1],
  ];
  const taken = [0, MIB, 2 * MIB, 2 * MIB + 5];
  const { id } = (await sentOf(made))[0] ?? { id: "" };
  expect(store.arrival.now()).toMatchObject({ name: "net.onnx", bytes: 0, total: 3 * MIB + 5, isLoading: false });
  expect(store.isWorking()).toBe(true);
  for (const [at, bytes] of taken.entries()) {
    say({ kind: "arriving", id, bytes, is_loading: false });
    say({ kind: "arriving", id: "another", bytes: 9 * MIB, is_loading: false });
    const sent = (await sentOf(made)).map(({ name, file, files, index, count }) => [name, file, index, count, files]);
    expect(sent).toEqual(order.slice(0, at + 1).map((each) => [...each, 2]));
  }
  say({ kind: "arriving", id, bytes: 3 * MIB + 5, is_loading: true });
  expect(store.arrival.now()).toMatchObject({ bytes: 3 * MIB + 5, isLoading: true });
  say({ ...MODEL, id, name: "own" });
  expect(store.arrival.now()).toBeNull();
  expect(store.networks.network()?.name).toBe("own");
});

test("one that is left is sent no further, and what is said of it later is not heard", async () => {
  const made = storeOf();
  const { store, say, asked } = made;
  say({ ...SETTING, model_limit_bytes: 99 * MIB });
  say(MODEL);
  void store.upload([file("net.onnx", 9 * MIB)]);
  const { id } = (await sentOf(made))[0] ?? { id: "" };
  store.arrival.leave();
  expect(asked("leave-model").map((each) => each.id)).toEqual([id]);
  say({ kind: "arriving", id, bytes: MIB, is_loading: false });
  expect((await sentOf(made)).length).toBe(1);
  expect(store.arrival.now()).toBeNull();
});

test("a model that is too large is not sent; what was refused is said until another one comes", async () => {
  const made = storeOf();
  const { store, say } = made;
  say({ ...SETTING, model_limit_bytes: MIB });
  say(MODEL);
  await store.upload([file("net.onnx", 2 * MIB)]);
  expect(await sentOf(made)).toEqual([]);
  expect(store.networks.error()).toContain("net.onnx: has 2.1 MB, and models of up to 1.0 MB");
  expect(store.networks.network()?.name).toBe("net");
  void store.upload([file("other.onnx", 9)]);
  const { id } = (await sentOf(made))[0] ?? { id: "" };
  expect(store.networks.error()).toBe("");
  say({ ...MODEL, id, error: "other: no classifier" });
  expect([store.arrival.now(), store.networks.error()]).toEqual([null, "other: no classifier"]);
});

test("sizes are as files are spoken of", () => {
  expect([900, 512_000, 4_920_000, 102_100_000].map(megabytes)).toEqual(["1 KB", "0.5 MB", "4.9 MB", "102 MB"]);
});
