/**
 * One runtime a page. Each widget loads the bundle anew, and what two copies of it hold does not meet: signals of one are
 * nothing to the components of the other, and linked views would die silently. So the first copy of a bundle works for all
 * that come later. Bundles of other sources, as after an upgrade in another kernel, have a runtime of their own.
 */
const RUNTIMES = Symbol.for("squeezeviz.runtime");

/** @param make What the bundle does; called for the first of its copies only. */
export function runtimeOf<T>(make: () => T, sources: string = SOURCES): T {
  const page = globalThis as { [RUNTIMES]?: Map<string, unknown> };
  page[RUNTIMES] ??= new Map();
  const runtimes = page[RUNTIMES];
  if (!runtimes.has(sources)) runtimes.set(sources, make());
  return runtimes.get(sources) as T;
}
