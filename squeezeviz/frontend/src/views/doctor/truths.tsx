import { useEffect, useId, useState } from "preact/hooks";
import type { Label, Photo } from "../../store/types.ts";
import { useCalm } from "../../ui/hooks.ts";
import { PictureBox } from "../../ui/PictureBox.tsx";
import { useLater, useStore } from "../../ui/store.ts";
import { meant, namesOf } from "./layout.ts";

const NONE: Label[] = [];
const MOST_OFFERED = 2000; // more options make a page slow; any class can be typed all the same

/** The photos of the page, and what each really shows, as far as somebody says so. */
export function Truths() {
  const { networks } = useStore();
  const { doctor } = useLater();
  const id = useId();
  const photos = useCalm(() => doctor.photos());
  const labels = networks.plain()?.labels ?? [];
  const names = namesOf(labels);
  if (!photos.length) return <p class="sqv-doctor-none">There are no photos yet: drop some dozens on the page.</p>;
  return (
    <>
      <datalist id={id}>
        {names.slice(0, names.length > MOST_OFFERED ? 0 : undefined).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <ul class="sqv-truths" aria-label="What the photos really show">
        {photos.map((photo) => (
          <Truth key={photo.id} photo={photo} names={names} list={id} />
        ))}
      </ul>
    </>
  );
}

function Truth({ photo, names, list }: { photo: Photo; names: string[]; list: string }) {
  const { networks } = useStore();
  const { doctor } = useLater();
  const truth = doctor.truthOf(photo.id);
  const [typed, setTyped] = useState("");
  const labels = networks.plain()?.labels ?? NONE;
  const best = photo.ranking[0] ?? 0;
  useEffect(() => setTyped(""), [labels]); // what was said is then called as its class is now
  const isUnknown = Boolean(typed.trim()) && truth === null;
  const say = (text: string) => {
    setTyped(text);
    doctor.say(photo.id, meant(text, labels, names));
  };
  return (
    <li>
      <PictureBox picture={photo.original} class="sqv-truth-thumb" />
      <div>
        <span class="sqv-cut-off" title={photo.name}>
          {photo.name}
        </span>
        <span class="sqv-truth-said">
          <input
            class="sqv-field"
            type="text"
            list={list}
            placeholder="what does it show?"
            aria-label={`What ${photo.name} shows`}
            aria-invalid={isUnknown}
            value={truth !== null && !typed ? names[truth] : typed}
            onInput={({ currentTarget }) => say(currentTarget.value)}
          />
          <button
            class="sqv-button sqv-small"
            type="button"
            title={`It is ${names[best]}, as the model says now`}
            aria-label={`${photo.name} shows ${names[best]}, as the model says now`}
            aria-disabled={truth === best}
            onClick={() => say(names[best] ?? "")}
          >
            <span class="sqv-cut-off">{`✓ ${names[best]}`}</span>
          </button>
        </span>
        {isUnknown && <span class="sqv-card-problem">no class, or several, are called so</span>}
      </div>
    </li>
  );
}
