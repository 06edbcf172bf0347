/** Long work in short pieces, so that the pointer is followed meanwhile. Who has come last goes first. */

import { deferred } from "./deferred.ts";

const BREATH_MS = 12; // of work at a time

type Breathe = () => Promise<void> | null;

interface Turn {
  over: Promise<void>;
}

export class Turns {
  readonly #underWay: Turn[] = [];

  /** @param work Is given a function to call often; what it returns is waited for. */
  async take(work: (breathe: Breathe) => Promise<void>): Promise<void> {
    const { promise, resolve } = deferred<void>();
    const turn = { over: promise };
    this.#underWay.push(turn);
    try {
      await work(this.#breathing(turn));
    } finally {
      this.#underWay.splice(this.#underWay.indexOf(turn), 1);
      resolve();
    }
  }

  #breathing(turn: Turn): Breathe {
    let since = performance.now();
    const rest = async () => {
      await moment();
      for (let last = this.#last(turn); last; last = this.#last(turn)) await last.over;
      since = performance.now();
    };
    return () => (!this.#last(turn) && performance.now() - since < BREATH_MS ? null : rest());
  }

  /** Who goes before it. */
  #last(turn: Turn): Turn | null {
    const last = this.#underWay.at(-1);
    return last && last !== turn ? last : null;
  }
}

/** After whatever the browser has to do first. A timer would wait for 4 ms each time. */
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
