import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { SOURCES: JSON.stringify("of a test") },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    pool: "threads",
    maxWorkers: 1,
    server: { deps: { inline: [/preact/] } }, // so that a test may load them twice, as pages do
  },
});
