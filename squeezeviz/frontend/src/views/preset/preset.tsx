import type { Photo } from "../../store/types.ts";
import { useCalm } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";

/** How photos are preprocessed, to choose from; with what that means in a line. */
export function PresetPicker() {
  const { preprocessings, traits } = useStore();
  const [presets, chosen] = [preprocessings.offered(), traits.get("preset")];
  const preset = presets.find(({ name }) => name === chosen);
  const title = [preset?.words, preset?.origin].filter(Boolean).join(". ");
  return (
    <label class="sqv-preset">
      <span class="sqv-quiet">preprocessing</span>
      <select
        class="sqv-select"
        aria-label="Preprocessing"
        title={title}
        value={chosen}
        onChange={(event) => traits.set({ preset: event.currentTarget.value })}
      >
        {presets.map(({ name, origin }) => (
          <option key={name} value={name} title={origin}>
            {name}
          </option>
        ))}
      </select>
      <span class="sqv-quiet sqv-words" title={title}>
        {preset?.words}
      </span>
    </label>
  );
}

/** What the last answer took, stage by stage, as measured. */
export function StageTimes() {
  const store = useStore();
  const { photos, tensors } = store;
  const said = useCalm(() => {
    const photo = photos.photo();
    const isSpared = photo?.isLive && store.later()?.moving.camera.isSlow();
    return { stages: stagesOf(photo, tensors.times()), isSpared };
  });
  const { stages, isSpared } = said;
  const words = stages.length ? `${isSpared ? "maps every 2nd frame · " : ""}${stages.join(" · ")} ms` : "";
  return <span class="sqv-quiet sqv-times">{words}</span>;
}

/** A page without a kernel measures none of the first three. */
function stagesOf(photo: Photo | null, { transfer, draw }: { transfer: number; draw: number }): string[] {
  if (!photo) return [];
  const { decode, preprocess, run } = photo.times;
  const stages = Object.entries({ decode, preprocess, run, transfer: transfer || undefined, draw: draw || undefined });
  return stages.flatMap(([name, ms]) => (ms == null ? [] : [`${name} ${ms.toFixed(ms < 10 ? 1 : 0)}`]));
}
