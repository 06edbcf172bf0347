import { createHash } from "node:crypto";
import { afterEach, expect, test, vi } from "vitest";
import { until } from "../testing.ts";
import { PROGRAM, type ToEngine } from "./door.ts";
import { EarlySite } from "./early_site.ts";
import type { EngineWorker } from "./engine_worker.ts";
import type { Site } from "./site.ts";

const FILES: Record<string, Uint8Array> = {
  "files/engine.js": new TextEncoder().encode("engine()"),
  "files/weights.bin": Uint8Array.of(1, 2, 3),
};
const about = (path: string) => {
  const content = FILES[path] as Uint8Array;
  return { path, sha256: createHash("sha256").update(content).digest("hex"), bytes: content.length };
};
const SITE: Site = {
  entry: 1,
  engine: about("files/engine.js"),
  parts: [
    {
      ...about("files/weights.bin"),
      blocks: [
        [0, 1],
        [1, 2],
      ],
    },
  ],
};
const ALL = [
  { kind: "open", entry: 1 },
  { kind: "ask", content: { kind: "ready", id: "first" }, buffers: [] },
  { kind: "block", index: 0, block: Uint8Array.of(1) },
  { kind: "block", index: 1, block: Uint8Array.of(2, 3) },
  { kind: "whole" },
];

/** A browser: what its worker and its page are told, and what its server is asked. */
function browser() {
  const [told, toldPage, asked]: [ToEngine[], ToEngine[], string[]] = [[], [], []];
  class Worker {
    onmessage: (event: unknown) => void = () => undefined;
    onerror: (event: unknown) => void = () => undefined;
    constructor() {
      worker = this;
    }
    terminate() {}
    postMessage(said: ToEngine) {
      told.push(structuredClone(said));
    }
  }
  let worker = {} as Worker;
  vi.stubGlobal("Worker", Worker);
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    return new Response(FILES[path] as BodyInit);
  });
  const serve = (port: MessagePort) => {
    port.onmessage = ({ data }) => toldPage.push(data);
  };
  const append = (script: { onload(): void }) => {
    Object.assign(globalThis, { [PROGRAM]: { serve } });
    script.onload();
  };
  vi.stubGlobal("document", { createElement: () => ({ remove: () => undefined }), head: { append } });
  return { told, toldPage, asked, worker: () => worker };
}

afterEach(() => void vi.unstubAllGlobals());

test("a worker is told everything before it listens, and how far it is, whoever asks", async () => {
  const { told, asked, worker } = browser();
  const early = new EarlySite(SITE);
  await until(() => told.length === ALL.length);
  expect(told).toEqual(ALL);
  const far: number[][] = [];
  early.follow((...how) => far.push(how));
  expect(far).toEqual([[11, 11]]);
  worker().onmessage({ data: { kind: "here" } });
  await early.isWhole;
  const { port, isWorker } = await early.engine;
  expect([isWorker, asked.length]).toEqual([true, 2]);
  (port as EngineWorker).close();
});

test("where no worker may be, the page itself is told the same", async () => {
  const { toldPage, asked, worker } = browser();
  const early = new EarlySite(SITE);
  await until(() => asked.length === 2);
  await until(() => worker()?.onerror);
  worker().onerror({ preventDefault: () => undefined, message: "refused by the policy" });
  await early.isWhole;
  expect((await early.engine).isWorker).toBe(false);
  await until(() => toldPage.length === ALL.length);
  expect(toldPage).toEqual(ALL);
});

test("what is wrong with a file is said to whoever waits", async () => {
  browser();
  vi.stubGlobal("fetch", async () => new Response("", { status: 404 }));
  const early = new EarlySite(SITE);
  await expect(early.isWhole).rejects.toThrow("is not there (HTTP 404)");
});
