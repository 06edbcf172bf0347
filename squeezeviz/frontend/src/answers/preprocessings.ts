/** A photo in other preprocessings than the one in use. */
import { sigmoid, softmax } from "../host/decode.ts";
import { largestAt } from "../host/largest.ts";
import type { Variant } from "../protocol.ts";
import { logitsOf } from "./answer.ts";
import { presetCalled } from "./presets.ts";
import { ablationOf } from "./runs.ts";
import type { Shown } from "./shown.ts";
import type { Answers, Asked, State } from "./state.ts";

export const PREPROCESSINGS: Answers = { variants };

async function variants(state: State, { id, presets, preprocessing, ...asked }: Asked<"variants">): Promise<void> {
  const photo = state.photos.called(asked.photo);
  const { preset, compared } = state.traits;
  const rows: Variant[] = [];
  for (const name of new Set([preset, ...(presets ?? compared)])) {
    const row = await variant(state, photo, name, preprocessing).catch(() => null); // too small a photo, for one
    if (row) rows.push(row);
  }
  state.tell({ kind: "variants", id, photo: photo.id, model: state.contents.model.name, rows });
}

async function variant(state: State, photo: Shown, name: string, own: Asked<"variants">["preprocessing"]) {
  const { model, is_sigmoid: isSigmoid } = state.contents;
  const how = presetCalled(state, name, own ?? null);
  const run = await state.runs.of(photo, { preset: how, ablated: ablationOf(state.traits), isPassing: true });
  const logits = await logitsOf(state, run);
  const best = largestAt(logits);
  const probability = (isSigmoid ? sigmoid : softmax)(logits)[best] ?? 0;
  return { preset: name, origin: how.origin, class_index: best, label: model.labels[best]?.label ?? "", probability };
}
