import { afterEach, expect, test, vi } from "vitest";
import { runBeside, shareWithBeside } from "./beside.ts";

const page = globalThis as { ran?: unknown };

/** As browsers have it, where Node imports no blobs. */
function withBlobs() {
  const revoked: string[] = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => `blob of ${(blob as Blob).size} bytes`);
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => void revoked.push(url));
  return revoked;
}

const asData = (program: string) => `data:text/javascript,${encodeURIComponent(program)}`;

afterEach(() => {
  vi.restoreAllMocks();
  delete page.ran;
});

test("a program works with what the page's own shares", async () => {
  const program = `/* ${SOURCES} */ export default (require) => { globalThis.ran = require("./both.js"); };`;
  const revoked = withBlobs();
  vi.mocked(URL.createObjectURL).mockReturnValue(asData(program));
  const own = { a: 1 };
  shareWithBeside(own);
  expect(await runBeside(program)).toBe("");
  expect(page.ran).toBe(own);
  expect(revoked).toEqual([asData(program)]);
});

test("one of another version is refused, and why one does not run is said", async () => {
  withBlobs();
  expect(await runBeside("export default () => {};")).toContain("of another version than this page. Reload the page");
  const failing = `/* ${SOURCES} */ export default () => { throw new Error("no room"); };`;
  vi.mocked(URL.createObjectURL).mockReturnValue(asData(failing));
  expect(await runBeside(failing)).toBe("The rest of the page cannot be run: no room");
});
