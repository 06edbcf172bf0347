import { expect, test, vi } from "vitest";
import type { Traits } from "../protocol.ts";
import type { File, FromEngine, ToEngine } from "./door.ts";
import { type EnginePort, FIRST } from "./engine.ts";
import { OfflineHost } from "./offline.ts";

const FILE = { traits: { photo: "p" } as Traits, weights: [0, 2], photos: 1, layers: 3 } as unknown as File;
const SIZES = new Map([
  [0, 10],
  [1, 5],
  [2, 30],
]);

/** A page's host, whose engine is the test. */
async function opened() {
  const sent: ToEngine[] = [];
  const port: EnginePort = { onmessage: null, postMessage: (message) => void sent.push(message) };
  const say = (data: FromEngine) => port.onmessage?.({ data } as MessageEvent<FromEngine>);
  const opening = OfflineHost.open({ port, isWorker: true }, SIZES);
  say({ kind: "opened", file: FILE });
  return { host: await opening, port, sent, say };
}

const told = (content: Record<string, unknown>): FromEngine => ({ kind: "told", content, buffers: [] });

test("what was said before the page asked is its answer, in its order; the engine is not asked twice", async () => {
  const { host, sent, say } = await opened();
  say(told({ kind: "setting", id: FIRST }));
  say(told({ kind: "photo", id: "p" }));
  const heard = vi.fn();
  host.on("msg:custom", (content) => heard(content));
  host.send({ kind: "ready", id: "own" });
  say(told({ kind: "tensor", id: "t" }));
  await Promise.resolve();
  say(told({ kind: "later", id: "l" }));
  expect(heard.mock.calls.map(([content]) => content)).toEqual([
    { kind: "setting", id: "own" },
    { kind: "photo", id: "p" },
    { kind: "tensor", id: "t" },
    { kind: "later", id: "l" },
  ]);
  expect(sent).toEqual([]);
  host.send({ kind: "ready", id: "again" });
  expect(sent).toMatchObject([{ kind: "ask", content: { id: "again" } }]);
});

test("where the page asks first, what the engine says after that is its answer too", async () => {
  const { host, say } = await opened();
  const heard = vi.fn();
  host.on("msg:custom", (content) => heard(content));
  host.send({ kind: "ready", id: "own" });
  await Promise.resolve();
  say(told({ kind: "setting", id: FIRST }));
  expect(heard).toHaveBeenCalledWith({ kind: "setting", id: "own" });
});

test("bytes of the weights, and of all else", async () => {
  const { host } = await opened();
  expect([host.file.network_bytes, host.file.other_bytes]).toEqual([40, 5]);
});

test("a file that is refused is not opened", async () => {
  const port: EnginePort = { onmessage: null, postMessage: () => undefined };
  const opening = OfflineHost.open({ port, isWorker: true }, SIZES);
  port.onmessage?.({ data: { kind: "refused", problem: "not whole" } } as MessageEvent<FromEngine>);
  await expect(opening).rejects.toThrow("not whole");
});

test("an engine that breaks down is heard, and what to do is said", async () => {
  const { host, port } = await opened();
  const lost = vi.fn();
  host.on("lost", lost);
  expect(host.comm_live).toBe(true);
  port.onlost?.("out of memory");
  expect(lost).toHaveBeenCalledOnce();
  expect(host.comm_live).toBe(false);
  expect(host.silence()).toMatchObject({ remedy: "Open it again" });
  expect(host.silence().words).toContain("has stopped (out of memory)");
});

test("an engine that says nothing any more is silent until it is heard again; before there is a page, it is not opened", async () => {
  const { host, port } = await opened();
  const quiet = vi.fn();
  host.on("quiet", quiet);
  port.onquiet?.(true);
  expect(host.silence().words).toContain("has said nothing for 20 s");
  expect(host.comm_live).toBe(true);
  port.onquiet?.(false);
  expect(host.silence().words).not.toContain("has said nothing");
  expect(quiet.mock.calls).toEqual([[true], [false]]);
  const early: EnginePort = { onmessage: null, postMessage: () => undefined };
  const opening = OfflineHost.open({ port: early, isWorker: true }, SIZES);
  early.onquiet?.(true);
  await expect(opening).rejects.toThrow("Open the page again");
});

test("that all has come is said", async () => {
  const { host } = await opened();
  const arrived = vi.fn();
  host.on("arrived", arrived);
  expect(host.isArriving).toBe(false);
  host.isArriving = true;
  expect(arrived).not.toHaveBeenCalled();
  host.isArriving = false;
  expect(arrived).toHaveBeenCalledOnce();
});
