/** The engine's own program: in a worker, it answers whoever made it; on a page, whoever calls `serve`. */
import { serve } from "../answers/answering.ts";
import { Network } from "../engine/network.ts";
import { open } from "../engine/open.ts";
import { type FromEngine, type Port, PROGRAM, type ToEngine } from "../host/door.ts";

// For a page that can make no worker, and for whoever looks behind it, as tests do.
Object.assign(globalThis, { [PROGRAM]: { serve, Network, open } });

if (!("document" in globalThis)) serve(globalThis as unknown as Port<FromEngine, ToEngine>);
