import type { Said } from "../../protocol.ts";
import type { Network } from "../../store/types.ts";
import { useLater, useStore } from "../../ui/store.ts";
import { Fields } from "./fields.tsx";
import { sources } from "./words.ts";

/** What the model's photos go through, and by whom that was said; to be said as a preset, in fields, or found out on photos. */
export function PreprocessingPart({ network, said }: { network: Network; said: Said }) {
  const { feeding, networks } = useStore();
  const { doctor } = useLater();
  const { presets } = networks.setting();
  const own = presets.find(({ name }) => name === network.preprocessing);
  const isDescribed = said.preprocessing === "nobody"; // an assumption is nothing to choose
  const offered = presets.filter(({ name }) => !(isDescribed && name === network.preprocessing));
  const problem = feeding.problem("preprocessing");
  return (
    <section class="sqv-block" aria-label="Preprocessing of the model">
      <header class="sqv-spread">
        <h2>Preprocessing</h2>
        <span class="sqv-quiet">{sources(said).preprocessing}</span>
      </header>
      <p>{own?.words}</p>
      <div class="sqv-feeding-ways">
        <select
          class="sqv-select"
          aria-label="What the model's photos go through"
          value={isDescribed ? "" : network.preprocessing}
          onChange={({ currentTarget: { value } }) => {
            const preset = presets.find(({ name }) => name === value);
            if (preset && value !== network.preprocessing) feeding.preprocess({ preset: value });
          }}
        >
          {isDescribed && (
            <option value="" disabled>
              choose a preset …
            </option>
          )}
          {offered.map(({ name, origin }) => (
            <option key={name} value={name} title={origin}>
              {name}
            </option>
          ))}
        </select>
        <button
          class="sqv-button sqv-small"
          type="button"
          aria-expanded={doctor.isOpen()}
          hidden={!networks.can("diagnose")}
          onClick={() => doctor.show(!doctor.isOpen())}
        >
          Find out on photos
        </button>
      </div>
      <p class="sqv-quiet">
        A preset is brought to the model's input size. Whoever trained the model knows which it was.
      </p>
      <details class="sqv-folded">
        <summary>
          <h2>More than a preset</h2>
        </summary>
        {own?.preprocessing && <Fields key={network.preprocessing + own.words} own={own.preprocessing} />}
      </details>
      {problem && (
        <p class="sqv-card-problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
