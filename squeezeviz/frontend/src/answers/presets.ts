/** Preprocessings by name, and what the network is at the size of their inputs. */
import type { GraphSpec } from "../engine/types.ts";
import { type Described, PreprocessingError, sides } from "../preprocessing/description.ts";
import { wordsOf } from "../preprocessing/words.ts";
import type { Layer } from "../protocol.ts";
import type { Chosen } from "./contents.ts";

/** Their name on every page: a preprocessing of one's own. */
export const YOURS = "yours";

/** @param own One's own may be sent along. */
export function presetCalled(
  { contents, traits }: Chosen,
  name: string,
  own?: Record<string, unknown> | null,
): Described {
  if (name === YOURS) {
    return { ...(own ?? traits.tuned), name: YOURS, origin: "tuned on this page" } as unknown as Described;
  }
  const found = contents.setting.presets.find((preset) => preset.name === name);
  if (found) return found.preprocessing as unknown as Described;
  const names = contents.setting.presets.map((preset) => preset.name);
  throw new RangeError(`no preprocessing is called '${name}' on this page; there are ${names.join(", ")}`);
}

/** Its steps in words. */
export const wordsOfPreset = ({ contents }: Chosen, how: Described): string =>
  contents.setting.presets.find(({ name }) => name === how.name)?.words ?? wordsOf(how);

/** The network at an input's size. */
export interface Sized {
  layers: readonly Layer[];
  graphSpec: GraphSpec;
  /** Channels, height, width. */
  input: [number, number, number];
  /** Whether that is the model's own size. */
  isOwn: boolean;
}

/** @throws {PreprocessingError} The network is not known at the size that a preprocessing makes. */
export function sizedFor({ contents }: Chosen, how: Described): Sized {
  const [height, width] = sides(how.crop_px);
  const channels = how.channel_order === "grey" ? 1 : 3;
  const { model, graph_spec: graphSpec, sizes } = contents;
  const wanted = [channels, height, width].join();
  if (model.input.join() === wanted) return { layers: model.layers, graphSpec, input: model.input, isOwn: true };
  const found = sizes.find(({ input }) => input.join() === wanted);
  if (found) return { layers: found.layers, graphSpec: found.graph_spec, input: found.input, isOwn: false };
  const known = [model.input, ...sizes.map(({ input }) => input)].map((input) => input.join(" × "));
  throw new PreprocessingError(
    how,
    `its input is ${channels} × ${height} × ${width}; this file holds the network for ${known.join(" and ")}. ` +
      "Crop to one of these, or open the explorer in a notebook, which runs it at any size",
  );
}
