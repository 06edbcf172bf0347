import type { AttributionMethod } from "../../../store/types.ts";
import { useStore } from "../../../ui/store.ts";
import { GROUPS, isOfCells, type Settings, titleOf } from "./methods.ts";

interface Props {
  name: string;
  settings: Settings;
  set: (settings: Settings) => void;
  isComputing: boolean;
}

/** By which method; and of one that makes a map of a layer's cells, of which layer. */
export function MethodPicker({ name, settings, set, isComputing }: Props) {
  const { traits } = useStore();
  const shown = traits.get("layer");
  const layers = [...new Set([settings.over, shown])].filter((each) => each !== null);
  return (
    <header class="sqv-run-how">
      <select
        class="sqv-select"
        aria-label={name}
        value={settings.method}
        onChange={({ currentTarget }) => set({ ...settings, method: currentTarget.value as AttributionMethod })}
      >
        {GROUPS.map(([group, titles]) => (
          <optgroup key={group} label={group}>
            {Object.entries(titles).map(([method, title]) => (
              <option key={method} value={method}>
                {title}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      {isOfCells(settings.method) && (
        <select
          class="sqv-select"
          aria-label={`${name}: of which layer`}
          value={settings.over ?? ""}
          onChange={({ currentTarget }) => set({ ...settings, over: currentTarget.value || null })}
        >
          <option value="">its usual layer</option>
          {layers.map((layer) => (
            <option key={layer} value={layer}>
              {layer === shown ? `${layer}, on show` : layer}
            </option>
          ))}
        </select>
      )}
      <span class="sqv-quiet" role="status">
        {isComputing && `computing ${titleOf(settings.method)} …`}
      </span>
    </header>
  );
}
