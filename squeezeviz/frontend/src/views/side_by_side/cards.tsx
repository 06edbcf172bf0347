import type { Store } from "../../store/store.ts";
import type { Compared, Logits, Photo, Preset } from "../../store/types.ts";
import { percent, signed } from "../../ui/format.ts";
import { useCalm } from "../../ui/hooks.ts";
import { Icon } from "../../ui/Icon.tsx";
import { PictureBox } from "../../ui/PictureBox.tsx";
import { useStore } from "../../ui/store.ts";
import { type Rank, ranksOf } from "./ranks.ts";

const MOST = 12;

/**
 * One card a preprocessing: what the network sees of the photo, and the five classes it then finds most probable, with
 * where they stood before. The one in use comes first; a click takes another one for the maps below.
 */
export function Cards({ photo }: { photo: Photo }) {
  const { preprocessings } = useStore();
  return (
    <div class="sqv-cards">
      <InUse key={photo.preset} photo={photo} />
      {preprocessings.others().map((name) => (
        <Other key={name} name={name} photo={photo} />
      ))}
    </div>
  );
}

/** Those that could be added. */
export function OneMore({ photo }: { photo: Photo }) {
  const { traits, preprocessings } = useStore();
  const names = [photo.preset, ...preprocessings.others()];
  const offered = preprocessings.offered().filter(({ name }) => !names.includes(name));
  const add = (name: string) => name && traits.set({ compared: [...traits.get("compared"), name], against: name });
  return (
    <select
      class="sqv-select"
      aria-label="Compare with one more"
      hidden={!offered.length || names.length > MOST}
      value=""
      onChange={({ currentTarget }) => {
        const { value } = currentTarget;
        currentTarget.value = "";
        add(value);
      }}
    >
      <option value="">one more…</option>
      {offered.map(({ name, origin }) => (
        <option key={name} value={name} title={origin}>
          {name}
        </option>
      ))}
    </select>
  );
}

const presetOf = ({ preprocessings }: Store, name: string): Preset | undefined =>
  preprocessings.offered().find((preset) => preset.name === name);

function InUse({ photo }: { photo: Photo }) {
  const store = useStore();
  const { preset: name } = photo;
  const preset = presetOf(store, name);
  return (
    <article class="sqv-card" data-preset={name} aria-label={name}>
      <header class="sqv-spread">
        <b class="sqv-cut-off">{name}</b>
        <span class="sqv-badge">in use</span>
      </header>
      <PictureBox class="sqv-card-picture" picture={photo.seen} alt={seenAs(name)} />
      <Top ranks={ranksOf(photo, photo)} />
      <p class="sqv-quiet sqv-card-words" title={preset?.origin}>
        {photo.preprocessing_words || preset?.words}
      </p>
    </article>
  );
}

const seenAs = (name: string) => `The photo as the network sees it, preprocessed as ${name}`;

/** Until its answer is known, the card shows the one before. */
function Other({ name, photo }: { name: string; photo: Photo }) {
  const store = useStore();
  const { traits, preprocessings } = store;
  const { known, before, problem } = useCalm(() => preprocessings.comparedWith(name));
  const preset = presetOf(store, name);
  const isAgainst = name === preprocessings.against();
  const classes = ["sqv-card", isAgainst && "sqv-against", !known && "sqv-late"].filter(Boolean).join(" ");
  const compare = () => traits.set({ against: name });
  return (
    <article class={classes} data-preset={name} aria-label={name}>
      <CardHead name={name} isAgainst={isAgainst} compare={compare} />
      {before ? (
        <PictureBox class="sqv-card-picture" picture={before.seen} alt={seenAs(name)} onClick={compare} />
      ) : (
        <div class="sqv-card-wait">{problem ? "" : "…"}</div>
      )}
      {problem && (
        <p class="sqv-card-problem" role="alert">
          {problem}
        </p>
      )}
      {before && !problem && <Moved answer={before} photo={photo} />}
      <p class="sqv-quiet sqv-card-words" title={preset?.origin}>
        {before?.words || preset?.words}
      </p>
      <button
        class="sqv-button"
        type="button"
        title="Preprocess every photo on the page so"
        onClick={() => traits.set({ preset: name })}
      >
        Use
      </button>
    </article>
  );
}

interface HeadProps {
  name: string;
  isAgainst: boolean;
  compare: () => void;
}

function CardHead({ name, isAgainst, compare }: HeadProps) {
  const { traits } = useStore();
  const leaveOut = () => traits.set({ compared: traits.get("compared").filter((other) => other !== name) });
  return (
    <header class="sqv-spread">
      <button
        class="sqv-card-name"
        type="button"
        aria-pressed={isAgainst}
        title="Compare its maps below"
        onClick={compare}
      >
        {name}
      </button>
      <button class="sqv-close" type="button" aria-label={`Leave ${name} out`} onClick={leaveOut}>
        <Icon name="close" />
      </button>
    </header>
  );
}

function Moved({ answer, photo }: { answer: Compared; photo: Photo }) {
  const { networks, selection, traits } = useStore();
  const pinned = traits.get("pinned").filter((index) => index < photo.logits.length);
  return (
    <>
      <Top ranks={ranksOf(answer, photo)} />
      {[...new Set([selection.classIndex(), ...pinned])].map((index) => (
        <p
          key={index}
          class="sqv-quiet sqv-spread"
          title="The logit of the chosen or pinned class, against the preprocessing in use"
        >
          <span class="sqv-cut-off">{`Δ ${networks.label(index).label}`}</span>
          <b class="sqv-num" data-delta={index}>
            {signed(logitOf(answer, index) - logitOf(photo, index), 2)}
          </b>
        </p>
      ))}
    </>
  );
}

const logitOf = ({ logits }: Logits, index: number) => logits[index] ?? 0;

function Top({ ranks }: { ranks: Rank[] }) {
  const { networks } = useStore();
  return (
    <ol class="sqv-card-top">
      {ranks.map(({ index, probability, step, before, isNewAnswer }) => {
        const { label } = networks.label(index);
        return (
          <li key={index} class={isNewAnswer ? "sqv-moved" : undefined}>
            <i aria-hidden="true" style={{ width: `${Math.max(1, 100 * probability)}%` }} />
            <span class="sqv-cut-off" title={label}>
              {label}
            </span>
            <span class="sqv-step-mark" title={step ? `was number ${before}` : undefined}>
              {step ? `${step > 0 ? "▲" : "▼"}${Math.abs(step)}` : ""}
            </span>
            <span class="sqv-num">{percent(probability)}</span>
          </li>
        );
      })}
    </ol>
  );
}
