import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  define: { SOURCES: JSON.stringify("of a test") },
  test: { include: ["src/**/*.test.{ts,tsx}"], pool: "threads", maxWorkers: 1 },
});
