import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Choices } from "../../store/growing.ts";
import { useCalm } from "../../ui/hooks.ts";
import { useLater, useStore } from "../../ui/store.ts";

interface SelectProps {
  label: string;
  title?: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  choose: (value: string) => void;
}

function Select({ label, title, value, options, choose }: SelectProps) {
  const id = useId();
  return (
    <>
      <label for={id} title={title}>
        {label}
      </label>
      <select
        id={id}
        class="sqv-select"
        title={title}
        value={value}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      >
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </>
  );
}

const STEPS = [
  ["128", "128: a first look"],
  ["512", "512: usual"],
  ["2048", "2,048: thorough"],
] as const;
const STRAY = [
  ["16", "a little: 16 of 255"],
  ["48", "some way: 48 of 255"],
  ["128", "far: 128 of 255"],
  ["255", "as far as it likes"],
] as const;
const SMOOTHNESS = [
  ["0", "as it comes"],
  ["50", "smoother"],
  ["200", "smooth"],
] as const;
const MOTION = [
  ["0", "not at all"],
  ["50", "a little"],
  ["100", "as usual"],
  ["200", "much"],
] as const;
const COUNTS = [
  ["1", "one"],
  ["2", "two, unlike"],
  ["4", "four, unlike"],
] as const;
const AIMS = [
  ["most", "excites it most"],
  ["least", "silences it"],
] as const;
const FORMS = [
  ["fourier", "free"],
  ["phases", "as in natural images"],
] as const;
const MOTION_TITLE =
  "The picture is shifted, turned and sized anew at each step. Where it is not, it ends as a pattern that only the very " +
  "same pixels excite";

/** How it grows; what is changed while it does holds from the next steps on. */
export function GrowingChoices() {
  const { growing } = useLater().moving;
  const choices = growing.choices();
  const number = (name: "steps" | "stray" | "smoothness" | "motion" | "count") => ({
    value: String(choices[name]),
    choose: (value: string) => growing.choose({ [name]: Number(value) }),
  });
  return (
    <details class="sqv-growing-choices">
      <summary>How it grows</summary>
      <div class="sqv-growing-fields">
        <From>
          {choices.from && (
            <Select
              label="may stray"
              title="How far a pixel may go from the photo's, in pixel values"
              options={STRAY}
              {...number("stray")}
            />
          )}
        </From>
        <Select
          label="grow what"
          options={AIMS}
          value={choices.aim}
          choose={(aim) => growing.choose({ aim: aim as Choices["aim"] })}
        />
        <Select label="steps" options={STEPS} {...number("steps")} />
        <Select
          label="smoothness"
          title="What differences between neighbouring pixels cost"
          options={SMOOTHNESS}
          {...number("smoothness")}
        />
        <Select label="moved about" title={MOTION_TITLE} options={MOTION} {...number("motion")} />
        <Select
          label="contrast"
          title="Free, or with the magnitudes of frequencies that natural images have, where only phases move"
          options={FORMS}
          value={choices.form}
          choose={(form) => growing.choose({ form: form as Choices["form"] })}
        />
        <Select
          label="pictures"
          title="Several of one number, driven apart; as many others begin anew"
          options={COUNTS}
          {...number("count")}
        />
        <Seed />
      </div>
    </details>
  );
}

/** Noise, or a photo: the one on the stage, or the one that was chosen before. */
function From({ children }: { children: ComponentChildren }) {
  const { photos } = useStore();
  const { moving } = useLater();
  const { from } = moving.growing.choices();
  const stage = useCalm(() => {
    const photo = photos.photo();
    return photo && !photo.isGrown ? { id: photo.id, name: photo.name } : null;
  });
  const known = from && from !== stage?.id ? photos.called(from) : null;
  const options = [
    ["", "noise"] as const,
    ...(stage ? [[stage.id, `this photo: ${stage.name}`] as const] : []),
    ...(from && from !== stage?.id ? [[from, known?.name ?? "a photo that is gone"] as const] : []),
  ];
  return (
    <>
      <Select label="begin from" options={options} value={from} choose={(id) => moving.growing.choose({ from: id })} />
      {children}
    </>
  );
}

const MOST_SEED = 2 ** 31 - 1;

function Seed() {
  const { growing } = useLater().moving;
  const id = useId();
  return (
    <>
      <label for={id} title="The same number grows the same picture, on the same machine">
        seed
      </label>
      <input
        id={id}
        class="sqv-select"
        type="number"
        min={0}
        max={MOST_SEED}
        step={1}
        value={growing.choices().seed}
        onChange={({ currentTarget }) => {
          const seed = Math.round(Number(currentTarget.value));
          const is = Number.isFinite(seed) && seed >= 0 && seed <= MOST_SEED;
          if (is) growing.choose({ seed });
          else currentTarget.value = String(growing.choices().seed);
        }}
      />
    </>
  );
}
