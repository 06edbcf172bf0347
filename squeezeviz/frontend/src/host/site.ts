/**
 * A page in a folder on a server: its weights and photos are files beside it, as ../../../standalone/site.py wrote them.
 * They are fetched, checked, and cut into the blocks that a page of one file carries as text.
 */
import { effect } from "@preact/signals-core";

type Bytes = Uint8Array<ArrayBuffer>;

export interface File {
  path: string;
  /** SHA-256, hexadecimal. */
  sha256: string;
  bytes: number;
}

/** A file of so many blocks, one behind the other. */
export interface Part extends File {
  /** Each block's number, and how many bytes it takes. */
  blocks: readonly (readonly [index: number, bytes: number])[];
}

export interface Site {
  /** Which block says what the others are. */
  entry: number;
  engine: File;
  parts: readonly Part[];
}

/** How much has arrived, in bytes, of how much. */
export type Arriving = (done: number, all: number) => void;

/** Where the page is one of a folder; null where it is one file. */
export function siteOf(document: Document): Site | null {
  const text = document.getElementById("sqv-site")?.textContent;
  return text ? (JSON.parse(text) as Site) : null;
}

/** Takes what comes, in any order. */
export interface Taking {
  /** The engine's. */
  program(text: string): void;
  block(index: number, bytes: Bytes): void;
}

/** How many bytes each block takes, by number. */
export const sizesOf = ({ parts }: Site): Map<number, number> => new Map(parts.flatMap(({ blocks }) => blocks));

/**
 * Fetch the engine's program and every block.
 *
 * @throws An `Error` whose message says what to do.
 */
export async function fetched({ engine, parts }: Site, tell: Arriving, take: Taking): Promise<void> {
  const files = [engine, ...parts];
  const done = new Map(files.map(({ path }) => [path, 0]));
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const hear = (file: File) => (bytes: number) => {
    done.set(file.path, bytes);
    tell(
      [...done.values()].reduce((sum, each) => sum + each, 0),
      all,
    );
  };
  const program = async () => take.program(new TextDecoder().decode(await obtained(engine, hear(engine))));
  const part = async (file: Part) => cut(file, await obtained(file, hear(file)), take);
  await Promise.all([program(), ...parts.map(part)]);
}

function cut({ blocks }: Part, content: Bytes, take: Taking): void {
  let start = 0;
  for (const [index, bytes] of blocks) {
    take.block(index, content.slice(start, start + bytes));
    start += bytes;
  }
}

/** What is damaged may be so in the browser's own store: it is asked for once more, past that. */
async function obtained(part: File, tell: (bytes: number) => void): Promise<Bytes> {
  const first = await download(part, "default", tell);
  if (await isWhole(part, first)) return first;
  const second = await download(part, "reload", tell);
  if (await isWhole(part, second)) return second;
  throw new Error(
    `${part.path} arrives damaged: ${second.length.toLocaleString("en")} of ${part.bytes.toLocaleString("en")} bytes, ` +
      `${second.length === part.bytes ? "not those that were written" : "the rest is missing or too much"}. ${REMEDY}`,
  );
}

const REMEDY =
  "Reload the page; if it stays so, the folder on the server is not whole: whoever keeps it writes it anew " +
  "(squeezeviz site) and uploads all of it.";

async function download({ path, bytes }: File, cache: RequestCache, tell: (bytes: number) => void): Promise<Bytes> {
  let response: Response;
  try {
    response = await fetch(path, { cache, credentials: "same-origin" });
  } catch (cause) {
    throw new Error(unreached(path), { cause });
  }
  if (!response.ok || !response.body) throw new Error(`${path} is not there (HTTP ${response.status}). ${REMEDY}`);
  const found = new Uint8Array(bytes);
  const reader = response.body.getReader();
  for (let at = 0; ; ) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new Error(unreached(path), { cause });
    });
    if (done) return at === bytes ? found : found.slice(0, at);
    if (at + value.length > bytes) {
      await reader.cancel();
      return new Uint8Array(at + value.length); // too long: not what was written
    }
    found.set(value, at);
    at += value.length;
    tell(at);
  }
}

const unreached = (path: string): string =>
  `${path} could not be fetched: the server, or the network to it, does not answer. Reload the page to try again.`;

/** A page over plain http has no digests: there its length is compared, and unpacking finds the rest. */
async function isWhole({ bytes, sha256 }: File, content: Bytes): Promise<boolean> {
  if (content.length !== bytes) return false;
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (!subtle) return true;
  const digest = new Uint8Array(await subtle.digest("SHA-256", content));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") === sha256;
}

/** Lets the page work without its server from now on, where the browser does that: over https, and on this machine. */
function keepForLater(): void {
  // Nothing hangs on it: the page is there, and the next visit tries again.
  navigator.serviceWorker?.register("service-worker.js").catch(() => {});
}

const MOST_WAIT_MS = 3000;

/** The same once the page is there and computed: to keep all its files takes as long. @param isBusy Read as signals are. */
export function keepOnceIdle(isBusy: () => boolean): void {
  const keep = () => {
    clearTimeout(timer);
    stop();
    keepForLater();
  };
  const timer = setTimeout(keep, MOST_WAIT_MS);
  const stop = effect(() => {
    if (!isBusy()) queueMicrotask(keep);
  });
}
