/**
 * What makes a page that was visited once work without its server: all its files are kept in the browser, each checked
 * against its digest. What comes before this program, ../../../standalone/site.py writes; whenever the folder is written
 * anew it is another program, which browsers find by themselves at the next visit.
 */
declare const SITE: {
  version: string;
  /** Path within the folder → SHA-256, hexadecimal; the page itself is "./". */
  files: Record<string, string>;
};

interface Lasting extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Fetching extends Lasting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  registration: { scope: string };
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", hear: (event: Lasting) => void): void;
  addEventListener(type: "fetch", hear: (event: Fetching) => void): void;
}

const scope = globalThis as unknown as Scope;
const root = scope.registration.scope;
/** One host may have several such folders, each with a scope of its own. */
const OURS = `squeezeviz-site ${root} `;
const NAME = OURS + SITE.version;

const place = (path: string): string => new URL(path, root).href;

function integrityOf(digest: string): string {
  const bytes = digest.match(/../g) ?? [];
  return `sha256-${btoa(bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join(""))}`;
}

/** From what the version before has kept, or from the server; what is damaged on the way is asked for once more. */
async function obtained(path: string, digest: string): Promise<Response> {
  const url = place(path);
  const isNamedByDigest = path.startsWith("files/");
  const known = isNamedByDigest ? await caches.match(url) : undefined;
  if (known) return known;
  const integrity = integrityOf(digest);
  const ask = async (cache: RequestCache) => {
    const response = await fetch(url, { integrity, cache, credentials: "same-origin" });
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
    return response;
  };
  return isNamedByDigest ? ask("default").catch(() => ask("reload")) : ask("no-cache");
}

async function keep(): Promise<void> {
  const cache = await caches.open(NAME);
  const files = Object.entries(SITE.files);
  await Promise.all(files.map(async ([path, digest]) => cache.put(place(path), await obtained(path, digest))));
  await scope.skipWaiting();
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(OURS) && name !== NAME).map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** The page itself: the server's, so that it is never an old one; without a server, the one that is kept. */
async function page(request: Request): Promise<Response> {
  const kept = async () => (await caches.open(NAME)).match(root);
  try {
    const response = await fetch(new Request(request, { cache: "no-cache" }));
    return response.status < 500 ? response : ((await kept()) ?? response);
  } catch (problem) {
    const found = await kept();
    if (found) return found;
    throw problem;
  }
}

async function file(request: Request): Promise<Response> {
  return (await (await caches.open(NAME)).match(request.url)) ?? fetch(request);
}

scope.addEventListener("install", (event) => event.waitUntil(keep()));
scope.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = request.url.replace(/[?#].*$/s, "");
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && [root, `${root}index.html`].includes(url)) event.respondWith(page(request));
  else if (url.startsWith(`${root}files/`)) event.respondWith(file(request));
});
