/** Which layers are looked at while pictures follow each other: those are sent along with an answer, unasked. */

const OTHERS_MS = 150; // how often layers that are not the chosen one come
const WANTED_MS = 600; // a layer that nothing has drawn for so long is not sent along any more

export class Lookers {
  /** When a layer was last looked at. */
  readonly #wanted = new Map<string, number>();
  #othersAt = 0;

  /** A layer is being looked at. */
  want(layer: string): void {
    this.#wanted.set(layer, performance.now());
  }

  /** The layers to send along: the chosen one, and now and then those looked at besides, such as the classes' maps. */
  layers(chosen: string): string[] {
    const now = performance.now();
    for (const [layer, at] of this.#wanted) if (now - at > WANTED_MS) this.#wanted.delete(layer);
    if (now - this.#othersAt < OTHERS_MS) return [chosen];
    this.#othersAt = now;
    return [...new Set([chosen, ...this.#wanted.keys()])];
  }

  clear(): void {
    this.#wanted.clear();
  }
}
