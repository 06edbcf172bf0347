/** Waiting, for tests: vitest's own looks, 50 ms apart, were most of what the tests took. */
import { vi } from "vitest";

const OFTEN = { interval: 1 }; // ms

/** Wait until a look does not fail. */
export const soon = <T>(look: () => T | Promise<T>) => vi.waitFor(look, OFTEN);

/** Wait until something is there. */
export const until = <T>(look: () => T | Promise<T>) => vi.waitUntil(look, OFTEN);
