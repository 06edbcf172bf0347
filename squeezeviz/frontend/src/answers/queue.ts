/**
 * One thing after the other: a network's memory belongs to whoever is at work. What was asked for goes before what goes on
 * by itself, and whatever comes in meanwhile is heard in between.
 */
type Work = () => Promise<void>;

export class Queue {
  readonly #asked: Work[] = [];
  readonly #beside: Work[] = [];
  #isAtWork = false;

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
