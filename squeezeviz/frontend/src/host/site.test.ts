import { createHash } from "node:crypto";
import { afterEach, expect, test, vi } from "vitest";
import { soon } from "../testing.ts";
import { type Arriving, fetched as fetchedBy, type Part, type Site, siteOf, sizesOf } from "./site.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);
const about = (path: string, content: Uint8Array) => ({
  path,
  sha256: createHash("sha256").update(content).digest("hex"),
  bytes: content.length,
});
const PROGRAM = new TextEncoder().encode("engine()");
const [WEIGHTS, PHOTO] = [bytes(1, 2, 3, 4, 5), bytes(6, 7)];
const parts: Part[] = [
  {
    ...about("files/weights.bin", WEIGHTS),
    blocks: [
      [2, 3],
      [0, 2],
    ],
  },
  { ...about("files/photo.bin", PHOTO), blocks: [[1, 2]] },
];
const SITE: Site = { entry: 1, engine: about("files/engine.js", PROGRAM), parts };
const THERE: Record<string, Uint8Array> = {
  "files/engine.js": PROGRAM,
  "files/weights.bin": WEIGHTS,
  "files/photo.bin": PHOTO,
};

/** A server: what it answers to a path, asked for the first time and again, past what the browser keeps. */
function serve(answers: Record<string, (again: boolean) => Response | Error> = {}) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string, { cache }: RequestInit) => {
    asked.push(`${path} ${cache}`);
    const made = answers[path]?.(cache === "reload") ?? new Response(THERE[path] as BodyInit);
    if (made instanceof Error) throw made;
    return made;
  });
  return asked;
}

/** What has come, once all has. */
async function fetched(site: Site, tell: Arriving = () => undefined): Promise<[string, Uint8Array[]]> {
  const [programs, blocks]: [string[], Uint8Array[]] = [[], []];
  await fetchedBy(site, tell, {
    program: (text) => programs.push(text),
    block: (index, content) => {
      blocks[index] = content;
    },
  });
  return [programs.join(), blocks];
}

afterEach(() => vi.unstubAllGlobals());

test("every block by its number, and the program; how much has arrived", async () => {
  serve();
  const told: [number, number][] = [];
  const [program, blocks] = await fetched(SITE, (done, all) => told.push([done, all]));
  expect(program).toBe("engine()");
  expect(blocks).toEqual([bytes(4, 5), bytes(6, 7), bytes(1, 2, 3)]);
  expect(new Set(blocks.map(({ buffer }) => buffer)).size, "each may be handed over").toBe(3);
  expect(told.at(-1)).toEqual([15, 15]);
  expect(told.every(([done, all]) => done <= all && all === 15)).toBe(true);
  expect([...sizesOf(SITE)].sort()).toEqual([
    [0, 2],
    [1, 2],
    [2, 3],
  ]);
});

test("what is damaged is asked for once more, past what the browser keeps", async () => {
  const asked = serve({
    "files/weights.bin": (again) => new Response((again ? WEIGHTS : bytes(1, 2, 3, 4, 9)) as BodyInit),
  });
  const [, blocks] = await fetched(SITE);
  expect(blocks[0]).toEqual(bytes(4, 5));
  expect(asked.filter((each) => each.startsWith("files/weights"))).toEqual([
    "files/weights.bin default",
    "files/weights.bin reload",
  ]);
});

test.each([
  ["other", bytes(1, 2, 3, 4, 9), "5 of 5 bytes, not those that were written"],
  ["too few", bytes(1, 2), "2 of 5 bytes"],
  ["too many", bytes(1, 2, 3, 4, 5, 6), "6 of 5 bytes"],
])("what stays damaged is said, with what to do: %s", async (_, content, words) => {
  serve({ "files/weights.bin": () => new Response(content as BodyInit) });
  await expect(fetched(SITE)).rejects.toThrow(words);
  await expect(fetched(SITE)).rejects.toThrow(/^files\/weights\.bin arrives damaged.*Reload the page; if it stays so/);
});

test("what is missing is said, with what to do", async () => {
  serve({ "files/photo.bin": () => new Response("", { status: 404 }) });
  await expect(fetched(SITE)).rejects.toThrow(/^files\/photo\.bin is not there \(HTTP 404\)\. Reload/);
});

test("a server that does not answer is said, or that ends in the middle", async () => {
  serve({ "files/photo.bin": () => new TypeError("failed") });
  await expect(fetched(SITE)).rejects.toThrow(/^files\/photo\.bin could not be fetched: the server/);
  const broken = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes(6));
      controller.error(new TypeError("gone"));
    },
  });
  serve({ "files/photo.bin": () => new Response(broken) });
  await expect(fetched(SITE)).rejects.toThrow(/could not be fetched/);
});

test("over plain http, where there are no digests, lengths are compared", async () => {
  vi.stubGlobal("crypto", {});
  serve({ "files/weights.bin": () => new Response(bytes(1, 2, 3, 4, 9) as BodyInit) });
  expect((await fetched(SITE))[1][0]).toEqual(bytes(4, 9));
  serve({ "files/weights.bin": () => new Response(bytes(1) as BodyInit) });
  await expect(fetched(SITE)).rejects.toThrow("1 of 5 bytes");
});

test("a page of one file is none of a folder", () => {
  const documentOf = (textContent: string | null) => ({ getElementById: () => textContent && { textContent } });
  expect(siteOf(documentOf(null) as unknown as Document)).toBeNull();
  expect(siteOf(documentOf(JSON.stringify(SITE)) as unknown as Document)).toEqual(SITE);
});

test("what has come is handed on while the rest is still on its way", async () => {
  let arrive: (response: Response) => void = () => undefined;
  const late = new Promise<Response>((resolve) => {
    arrive = resolve;
  });
  vi.stubGlobal("fetch", (path: string) =>
    path === "files/weights.bin" ? late : Promise.resolve(new Response(THERE[path] as BodyInit)),
  );
  const block = vi.fn<(index: number, content: Uint8Array) => void>();
  const program = vi.fn();
  const whole = fetchedBy(SITE, () => undefined, { program, block });
  await soon(() => expect(block).toHaveBeenCalledWith(1, bytes(6, 7)));
  await soon(() => expect(program).toHaveBeenCalledWith("engine()"));
  arrive(new Response(WEIGHTS as BodyInit));
  await whole;
  expect(block.mock.calls.map(([index]) => index)).toEqual([1, 2, 0]);
});
