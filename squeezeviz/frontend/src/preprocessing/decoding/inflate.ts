/** zlib's streams, by the browser's own program. */

/**
 * At most so many bytes of what a stream comes to: all of it, as a rule.
 *
 * @returns As many as there are; fewer where the stream is damaged or cut off.
 */
export async function inflated(parts: readonly Uint8Array[], size: number): Promise<Uint8Array<ArrayBuffer>> {
  const made = new Uint8Array(size);
  const source = new Blob([...parts] as BlobPart[]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = source.getReader();
  let at = 0;
  try {
    while (at < size) {
      const { done, value } = await reader.read();
      if (done) break;
      const taken = value.subarray(0, size - at);
      made.set(taken, at);
      at += taken.length;
    }
  } catch {
    // What was read until here counts.
  }
  await reader.cancel().catch(() => undefined);
  return made.subarray(0, at);
}
