import { expect, test, vi } from "vitest";
import type { EngineMessage } from "../protocol.ts";
import type { Model } from "./comm.ts";
import type { Hearing, Started } from "./engine_beside.ts";
import { WithEngine } from "./with_engine.ts";

type Content = Record<string, unknown>;
type Listener = (...values: unknown[]) => void;

/** A kernel, an engine and a page, all of them the test. */
async function beside({ problem = "" } = {}) {
  const traits: Content = { preset: "caffe2", tuned: {}, ablated: {}, ablation_fill: "zero", compared: [] };
  const listeners = new Map<string, Listener[]>();
  const emit = (event: string, ...values: unknown[]) =>
    listeners.get(event)?.forEach((listener) => void listener(...values));
  const [kernel, engine] = [vi.fn<(content: Content, callbacks?: unknown, buffers?: ArrayBuffer[]) => void>(), fake()];
  const model = {
    get: (name: string) => traits[name],
    send: kernel,
    on: (event: string, listener: Listener) => listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    off: () => undefined,
  } as unknown as Model;
  let hearing = {} as Hearing;
  const start = async (_message: EngineMessage, heard: Hearing): Promise<Started> => {
    hearing = heard;
    return problem ? { engine: null, problem } : { engine, problem: "" };
  };
  const host = new WithEngine(
    model,
    Object.assign(start, { kept: () => ({ known: "d", wanted: "network" as const }) }),
  );
  const heard: Content[] = [];
  const sent: ArrayBuffer[] = [];
  host.on("msg:custom", (content: Content) => heard.push(content));
  const frame = (id: string, of?: string) => {
    const pixels = Uint8Array.of(Number(id)).buffer;
    sent.push(pixels);
    host.send({ kind: "frame", id, photo: "moving", layers: ["a"], ...(of && { of }) }, undefined, [pixels]);
  };
  const say = async (content: Content) => {
    emit("msg:custom", content, []);
    await Promise.resolve();
    await Promise.resolve();
  };
  const set = (name: string, value: unknown) => {
    traits[name] = value;
    emit(`change:${name}`);
  };
  const kinds = () => kernel.mock.calls.map(([content]) => content.kind);
  frame("0"); // the kernel answers it; what the page computes the next with is asked for
  const asked = kernel.mock.calls[0]?.[0] as Content;
  await say({ kind: "engine", id: asked.id, buffers: [] });
  return { host, kernel, engine, frame, say, set, kinds, asked, heard, sent, hearing: () => hearing };
}

const fake = () => ({ ask: vi.fn(), set: vi.fn(), close: vi.fn() });

test("the first frame is the kernel's, and asks for the engine; all that follow stay on the page", async () => {
  const { asked, kinds, engine, frame, heard, sent, hearing } = await beside();
  expect(asked).toMatchObject({ kind: "engine", known: "d", wanted: "network" });
  expect(engine.set).toHaveBeenCalledWith(expect.objectContaining({ preset: "caffe2", ablation_fill: "zero" }));
  frame("1");
  expect(kinds()).toEqual(["engine", "frame"]);
  const [content, [pixels]] = engine.ask.mock.calls[0] as [Content, ArrayBuffer[]];
  expect(content).toMatchObject({ kind: "frame", id: "1" });
  expect(sent.at(-1), "what is shown and may be kept is not handed over").not.toBe(pixels);
  hearing().told({ kind: "frame", id: "1" }, []);
  expect(heard.at(-1)).toEqual({ kind: "frame", id: "1" });
});

test("what takes Python is asked of the kernel, which is given the newest frame once", async () => {
  const { host, kernel, kinds, engine, frame } = await beside();
  frame("1");
  frame("2");
  host.send({ kind: "open", id: "o", photo: "moving" });
  host.send({ kind: "evidence", id: "e", photo: "moving" });
  host.send({ kind: "evidence", id: "f", photo: "moving" });
  expect(engine.ask.mock.calls.map(([{ kind }]) => kind)).toEqual(["frame", "frame", "open"]);
  expect(kinds().slice(2)).toEqual(["frame", "evidence", "evidence"]);
  const [content, , buffers] = kernel.mock.calls[2] ?? [];
  expect(content).toMatchObject({ kind: "frame", photo: "moving", layers: [] });
  expect([...new Uint8Array(buffers?.[0] as ArrayBuffer)]).toEqual([2]);
});

test("the engine follows what is chosen, and a photo that is painted on says what the kernel says of it", async () => {
  const { engine, frame, say, set } = await beside();
  set("ablated", { conv1: [3] });
  expect(engine.set).toHaveBeenLastCalledWith({ ablated: { conv1: [3] } });
  await say({ kind: "photo", id: "p", notes: ["a note"], caution: "" });
  frame("1", "p");
  expect(engine.ask.mock.calls[0]?.[2]).toMatchObject({ notes: ["a note"] });
});

test("a frame that the engine cannot answer is the kernel's, until something else is chosen", async () => {
  const { kinds, engine, frame, hearing, heard, set } = await beside();
  frame("1");
  hearing().told({ kind: "failed", id: "1" }, []);
  expect(heard.some(({ kind }) => kind === "failed")).toBe(false);
  frame("2");
  expect(kinds()).toEqual(["engine", "frame", "frame", "frame"]);
  set("preset", "torchvision");
  frame("3");
  expect(engine.ask).toHaveBeenCalledTimes(2);
});

test("another model ends the engine, and the kernel takes over what was under way", async () => {
  const { kinds, engine, frame, say, host } = await beside();
  frame("1");
  await say({ kind: "model", id: "", name: "other" });
  expect(engine.close).toHaveBeenCalledOnce();
  expect(kinds()).toEqual(["engine", "frame", "frame"]);
  frame("2");
  expect(kinds().slice(3)).toEqual(["engine", "frame"]);
  host.close();
});

test("where the page cannot compute, the kernel goes on and the page says why", async () => {
  const { host, kinds, frame, asked, say } = await beside({ problem: "no SIMD" });
  expect(host.note()).toBe("no SIMD");
  frame("1");
  expect(kinds()).toEqual(["engine", "frame", "frame"]);
  await say({ kind: "failed", id: asked.id, message: "no such request" });
  expect(host.note()).toBe("no such request");
});

test("a frame that is not wanted any more is stopped where it is computed", async () => {
  const { host, kinds, engine, frame, hearing } = await beside();
  frame("1");
  host.send({ kind: "stop", id: "1" });
  expect(engine.ask).toHaveBeenLastCalledWith({ kind: "stop", id: "1" }, []);
  hearing().told({ kind: "gone", id: "1" }, []);
  host.send({ kind: "stop", id: "1" });
  host.send({ kind: "stop", id: "a kernel's" });
  expect(kinds().slice(2)).toEqual(["stop", "stop"]);
});
