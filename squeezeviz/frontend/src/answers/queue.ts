/**
 * One thing after the other: a network's memory belongs to whoever is at work. What was asked for goes before what goes on
 * by itself, and whatever comes in meanwhile is heard in between.
 */
type Work = () => Promise<void>;

export class Queue {
  readonly #asked: Work[] = [];
  readonly #beside: Work[] = [];
  #isAtWork = false;

  /** Whether somebody waits for the end of what is at work. */
  get isAwaited(): boolean {
    return this.#asked.length > 0;
  }

  /** @param work Fails by no means: it says itself what went wrong. */
  add(work: Work): void {
    this.#asked.push(work);
    void this.#go();
  }

  /** Once nobody waits for anything else. */
  beside(work: Work): void {
    this.#beside.push(work);
    void this.#go();
  }

  async #go(): Promise<void> {
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    for (let next = this.#next(); next; next = this.#next()) {
      await next();
      await moment();
    }
    this.#isAtWork = false;
  }

  #next(): Work | undefined {
    return this.#asked.shift() ?? this.#beside.shift();
  }
}

/** Nobody wants any more what is at work. */
export class Superseded extends Error {}

const TURN_MS = 3;

/**
 * Work in steps, and hear in between what comes in.
 *
 * @throws {Superseded} It is not wanted any more.
 */
export async function heedful<T>(steps: Generator<void, T>, isWanted: () => boolean): Promise<T> {
  for (let end = performance.now() + TURN_MS; ; ) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() < end) continue;
    await moment();
    if (!isWanted()) steps.throw(new Superseded());
    end = performance.now() + TURN_MS;
  }
}

/** After whatever has come in. A timer would wait for 4 ms each time. */
function moment(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}
