import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const source = import.meta.dirname;
const FROM = /^(?:import|export)\s[^;]*?from "(\.[^"]+)";/gm;

/** What each file imports, types included, by its path. */
function imports(): Map<string, string[]> {
  const files = readdirSync(source, { recursive: true })
    .map(String)
    .filter((path) => /\.tsx?$/.test(path) && !path.includes("assembly"));
  return new Map(
    files.map((path) => {
      const found = [...readFileSync(join(source, path), "utf8").matchAll(FROM)];
      return [path, found.map(([, to]) => normalize(join(dirname(path), to as string)))];
    }),
  );
}

/** Files that import each other, be it round several corners. */
function circles(of: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const found: string[][] = [];
  const walk = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path]);
    if (done.has(path)) return;
    done.add(path);
    for (const next of of.get(path) ?? []) walk(next, [...way, path]);
  };
  for (const path of of.keys()) walk(path, []);
  return found;
}

test("a circle is found, where there is one", () => {
  expect(
    circles(
      new Map([
        ["a", ["b"]],
        ["b", ["c"]],
        ["c", ["a"]],
      ]),
    ),
  ).toEqual([["a", "b", "c", "a"]]);
});

test("no file imports itself by way of others, not even for a type", () => {
  const all = imports();
  expect(all.get("answers/state.ts")).toContain("answers/contents.ts");
  expect(circles(all)).toEqual([]);
});
