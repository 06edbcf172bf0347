/** What those who answer have in common. */
import type { Origin } from "../host/door.ts";
import type { Message, Request, Traits } from "../protocol.ts";
import type { Carried } from "./contents.ts";
import type { Photos } from "./known.ts";
import type { Made, Work } from "./made.ts";
import type { Queue } from "./queue.ts";
import type { Runs } from "./runs.ts";

export interface State extends Carried {
  readonly photos: Photos;
  readonly runs: Runs;
  readonly queue: Queue;
  /** Counts what answers follow from: what was begun for another choice is not told. */
  choice: number;
  /** What has come of a file so far, by its request's id. */
  readonly unfinished: Map<string, ArrayBuffer[]>;
  /** The last trial of each kind. */
  readonly made: Map<Work, Made>;
  /** The request that waits for it. */
  readonly waiting: Map<Work, string>;
  /** Frames that are not wanted any more, by their requests' ids. */
  readonly stopped: Set<string>;
  /** What is said of the photo that is painted on, where it is a kernel's. */
  readonly origin: Origin | null;
  /** Buffers are handed over: of what is kept, give a copy. */
  tell(message: Message): void;
  /** Choose something for the page. */
  choose(traits: Partial<Traits>): void;
}

export type Asked<Kind extends Request["kind"]> = Extract<Request, { kind: Kind }>;

/** By what is asked. */
export type Answers = { [Kind in Request["kind"]]?: (state: State, asked: Asked<Kind>) => void | Promise<void> };
