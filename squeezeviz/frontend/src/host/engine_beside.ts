/** The engine beside a kernel: its parts come with the first frame, and are kept for whoever on the page asks next. */
import type { EngineMessage, Traits } from "../protocol.ts";
import type { FromEngine, Origin, ToEngine } from "./door.ts";
import { end, workerOf } from "./engine.ts";
import { QUIET_S } from "./engine_worker.ts";

export interface BesideKernel {
  ask(content: Record<string, unknown>, buffers: ArrayBuffer[], of?: Origin): void;
  set(traits: Partial<Traits>): void;
  close(): void;
}

export interface Hearing {
  told(content: Record<string, unknown>, buffers: DataView[]): void;
  /** It has broken down: why, in words. */
  lost(words: string): void;
}

type Bytes = Uint8Array<ArrayBuffer>;
export interface Started {
  engine: BesideKernel | null;
  /** Why there is none. */
  problem: string;
}

/** The program, and the numbers of the network that was asked for last, by block; of the module, and so of the page. */
let program = "";
let kept: { sha256: string; blocks: Map<string, Bytes> } = { sha256: "", blocks: new Map() };

const BY_KERNEL = "The kernel computes each frame, which is slower:";

async function start(message: EngineMessage, hearing: Hearing): Promise<Started> {
  if (message.problem) return none(message.problem);
  const blocks = received(message);
  const worker = await workerOf(program);
  if (!worker) return none("this host's policy lets no worker of the page's own run.");
  const opened = new Promise<Extract<FromEngine, { kind: "opened" | "refused" }>>((resolve) => {
    worker.onmessage = ({ data }) => {
      if (data.kind === "opened" || data.kind === "refused") resolve(data);
      if (data.kind === "told") hearing.told(data.content, data.buffers);
    };
    worker.onquiet = (is) => is && resolve({ kind: "refused", problem: QUIET });
  });
  const post = (said: ToEngine, transfer: Transferable[] = []) => worker.postMessage(said, transfer);
  post({ kind: "open", entry: message.entry });
  for (const [index, block] of blocks) post({ kind: "block", index, block }); // copied: they are kept
  end(worker);
  const said = await opened;
  const refused = said.kind === "refused" ? said.problem : said.file.kernels === "plain" ? NO_SIMD : "";
  if (refused) {
    worker.close();
    return none(refused);
  }
  worker.onlost = (reason) => hearing.lost(`${BY_KERNEL} the page's own engine has stopped (${reason}).`);
  worker.onquiet = (is) => is && hearing.lost(`${BY_KERNEL} ${QUIET}`);
  const engine = {
    ask: (content: Record<string, unknown>, buffers: ArrayBuffer[], of?: Origin) =>
      post({ kind: "ask", content, buffers, ...(of && { of }) }, buffers),
    set: (traits: Partial<Traits>) => post({ kind: "set", traits }),
    close: () => worker.close(),
  };
  return { engine, problem: "" };
}

const NO_SIMD = "this browser has no WebAssembly with SIMD, or the host's policy forbids it.";
const QUIET =
  `the page's own engine has said nothing for ${QUIET_S} s: the browser has ended it, for want of memory as a rule ` +
  "(other tabs closed give some back).";
const none = (words: string): Started => ({ engine: null, problem: `${BY_KERNEL} ${words}` });

/** The blocks by number, those that were kept among them. */
function received({ sha256, entry, buffers }: EngineMessage): Map<number, Bytes> {
  if (buffers.program) program = new TextDecoder().decode(buffers.program);
  const came = Object.entries(buffers.blocks ?? {}).map(([index, view]): [string, Bytes] => [
    index,
    new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer),
  ]);
  if (kept.sha256 !== sha256) kept = { sha256, blocks: new Map() };
  for (const [index, bytes] of came) if (index !== String(entry)) kept.blocks.set(index, bytes);
  return new Map([...kept.blocks, ...came].map(([index, bytes]) => [Number(index), bytes]));
}

/** @returns What the page has already, as the kernel is told. */
const keptHere = () => ({ known: kept.sha256, wanted: program ? ("network" as const) : ("all" as const) });

/** @returns The engine, or why there is none. */
export const engineBeside = Object.assign(start, { kept: keptHere });
