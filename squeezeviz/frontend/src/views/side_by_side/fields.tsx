/** The fields of a preprocessing, for whoever changes one. */
import type { How } from "../../store/types.ts";
import * as tuning from "./tuning.ts";

const FILTERS = ["nearest", "bilinear", "box", "hamming", "bicubic", "lanczos"].map((name) => [name, name] as const);
const RESIZES = [
  ["squash", "squash to"],
  ["shorter-side", "shorter side to"],
  ["longer-side", "longer side to"],
  ["none", "not at all"],
] as const;
const ORDERS = [
  ["BGR", "BGR"],
  ["RGB", "RGB"],
] as const;
const VALUES = tuning.SCALES.map(({ text, scale }) => [String(scale), text] as const);

interface ChoicesProps {
  how: How;
  /** Change it as it is by now: a control may have been drawn before the last change. */
  change: (make: (how: How) => How) => void;
}

/** What is chosen rather than measured: how a photo is resized, and what becomes of its values. */
export function Choices({ how, change: make }: ChoicesProps) {
  const change = (changes: Partial<How>) => make((now) => tuning.withChange(now, changes));
  const order = (value: string) => change({ channel_order: value as How["channel_order"] });
  return (
    <div class="sqv-fields">
      <Select
        name="Resize"
        options={RESIZES}
        value={how.resize}
        choose={(resize) => change({ resize: resize as How["resize"] })}
      />
      <Select
        name="Interpolation"
        options={FILTERS}
        value={how.interpolation}
        choose={(interpolation) => change({ interpolation })}
      />
      <Check
        name="antialias"
        is={how.antialias}
        set={(antialias) => change({ antialias })}
        isDisabled={how.interpolation !== "bilinear"}
      />
      <Check name="colours to sRGB" is={how.respect_icc} set={(is) => change({ respect_icc: is })} />
      {how.channel_order !== "grey" && (
        <Select name="Channel order" options={ORDERS} value={how.channel_order} choose={order} />
      )}
      <Select
        name="Values"
        options={VALUES}
        value={String(tuning.scaleOf(how))}
        choose={(scale) => make((now) => tuning.withScale(now, Number(scale)))}
      />
    </div>
  );
}

interface SelectProps {
  name: string;
  options: readonly (readonly [value: string, text: string])[];
  value: string;
  choose: (value: string) => void;
}

export function Select({ name, options, value, choose }: SelectProps) {
  return (
    <select
      class="sqv-select"
      aria-label={name}
      value={value}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
    >
      {options.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  );
}

interface CheckProps {
  name: string;
  is: boolean;
  set: (is: boolean) => void;
  isDisabled?: boolean;
}

function Check({ name, is, set, isDisabled }: CheckProps) {
  return (
    <label class="sqv-check">
      <input
        type="checkbox"
        checked={is}
        disabled={isDisabled}
        onChange={({ currentTarget }) => set(currentTarget.checked)}
      />
      {name}
    </label>
  );
}

interface SliderProps {
  name: string;
  range: readonly [least: number, most: number];
  value: number;
  /** The value, as people read it. */
  text: string;
  set: (value: number) => void;
  isHidden?: boolean;
}

export function Slider({ name, range: [least, most], value, text, set, isHidden }: SliderProps) {
  return (
    <label class="sqv-slider" hidden={isHidden}>
      <span>{name}</span>
      <input
        type="range"
        min={least}
        max={most}
        step={1}
        value={Math.round(value)}
        aria-label={name}
        onInput={({ currentTarget }) => set(Number(currentTarget.value))}
      />
      <output class="sqv-num">{text}</output>
    </label>
  );
}
