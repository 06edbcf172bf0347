/**
 * What computes: arithmetic on numbers in one memory, named by their addresses in bytes. Relaxed SIMD where the browser has
 * it, else SIMD, else plain TypeScript; all three do the same.
 */
import { assembled } from "./assembled.ts";
import type { Kernels, Machine } from "./machine.ts";
import { plain } from "./plain.ts";

/** Columns that are gathered at once. */
export const COLUMNS = 8;
const PANELS = 8;

/** Bytes that a product needs beside. */
export const roomOf = (inner: number): number => PANELS * COLUMNS * 4 * inner + 128;

/** All that this browser can run, the fastest first. */
export const available = (): Kernels[] => [...assembled(), plain];

/** A machine of the fastest kernels; a page's security policy may refuse all but plain TypeScript. */
export async function fastestMachine(): Promise<Machine> {
  for (const kernels of assembled()) {
    try {
      return await kernels.machine();
    } catch {
      // The next ones then.
    }
  }
  return plain.machine();
}
