import { defineConfig } from "vitest/config";

const MOCKING = ["src/store/moving.test.ts", "src/store/second_part.test.ts"]; // put another module in the place of one: they need modules of their own

export default defineConfig({
  define: { SOURCES: JSON.stringify("of a test") },
  test: {
    pool: "threads",
    maxWorkers: 1,
    unstubGlobals: true,
    server: { deps: { inline: [/preact/] } }, // so that a test may load them twice, as pages do
    // Most share what they load: to load it anew for each file took three times as long as the tests.
    projects: [
      {
        extends: true,
        test: { name: "shared", isolate: false, include: ["src/**/*.test.{ts,tsx}"], exclude: MOCKING },
      },
      { extends: true, test: { name: "apart", include: MOCKING } },
    ],
  },
});
