import { useSignal } from "@preact/signals";
import type { How } from "../../store/types.ts";
import { useStore } from "../../ui/store.ts";
import { Choices, Select } from "../side_by_side/fields.tsx";
import { bothOf, withChange } from "../side_by_side/tuning.ts";
import { numberOf, written } from "./words.ts";

const PLACES = ["centre", "top-left", "top-right", "bottom-left", "bottom-right", "five", "ten"];
const COLOURS: Record<string, string> = { R: "red", G: "green", B: "blue" };

type Texts = { scale: string; resize: string; mean: string[]; std: string[] };

const textsOf = ({ scale, mean, std, resize_px: px }: How): Texts => ({
  scale: written(scale),
  resize: [...new Set(bothOf(px))].join(" x "),
  mean: mean.map(written),
  std: std.map(written),
});

/** A preprocessing in fields, changed here and then said as a whole. @param own What it begins with. */
export function Fields({ own }: { own: How }) {
  const { feeding } = useStore();
  const begun = useSignal({ how: own, texts: textsOf(own) });
  const { how, texts } = begun.value;
  const meant = () => filled(begun.value.how, begun.value.texts); // of all that was typed, drawn or not
  const change = (make: (how: How) => How) => {
    const made = make(meant() ?? begun.value.how);
    begun.value = { how: made, texts: textsOf(made) };
  };
  const type = (typed: (now: Texts) => Partial<Texts>) => {
    const now = begun.value;
    begun.value = { ...now, texts: { ...now.texts, ...typed(now.texts) } };
  };
  const isMeant = meant() !== null;
  const places = PLACES.map((name) => [name, `crop: ${name}`] as const);
  return (
    <form
      class="sqv-how"
      onSubmit={(event) => {
        event.preventDefault();
        const made = meant();
        if (made) feeding.preprocess({ preprocessing: plain(made) });
      }}
    >
      <Choices how={how} change={change} />
      <Select
        name="Place of the crop"
        options={typeof how.crop === "string" ? places : [["", "crop: elsewhere"], ...places]}
        value={typeof how.crop === "string" ? how.crop : ""}
        choose={(crop) => change((now) => ({ ...now, crop }))}
      />
      <Text name="resize to, px" value={texts.resize} set={(resize) => type(() => ({ resize }))} />
      <Text name="values times" value={texts.scale} set={(scale) => type(() => ({ scale }))} />
      <Channels
        name="less the mean"
        order={how}
        values={texts.mean}
        set={(...one) => type(({ mean }) => ({ mean: replaced(mean, ...one) }))}
      />
      <Channels
        name="by the deviation"
        order={how}
        values={texts.std}
        set={(...one) => type(({ std }) => ({ std: replaced(std, ...one) }))}
      />
      <div class="sqv-keeping">
        <button class="sqv-button sqv-small" type="submit" disabled={!isMeant}>
          Use these
        </button>
        <span class="sqv-quiet">
          {isMeant ? "" : "Expected numbers, such as 0.485 or 1/255; sizes such as 256, or 24 x 32."}
        </span>
      </div>
    </form>
  );
}

const replaced = (texts: string[], at: number, text: string) =>
  texts.map((each, other) => (other === at ? text : each));

/** With what was typed; null where that is no number. */
function filled(how: How, { scale, resize, mean, std }: Texts): How | null {
  const numbers = [scale, ...mean, ...std].map(numberOf);
  const sides = resize.split(/[x×]/).map((side) => numberOf(side));
  const [down, across = down] = sides;
  if (!numbers.every((each) => each !== null) || down == null || across == null || sides.length > 2) return null;
  const [factor = 1, ...rest] = numbers;
  return {
    ...withChange(how, {}),
    scale: factor,
    resize_px: down === across ? down : [down, across],
    mean: rest.slice(0, mean.length),
    std: rest.slice(mean.length),
  };
}

/** Without the name and origin of what it began with: it is another one. */
function plain(how: How): How {
  const { name: _name, origin: _origin, ...rest } = how as How & { name?: string; origin?: string };
  return rest;
}

interface TextProps {
  name: string;
  value: string;
  set: (text: string) => void;
}

function Text({ name, value, set }: TextProps) {
  return (
    <label class="sqv-how-field">
      <span>{name}</span>
      <input class="sqv-field" type="text" value={value} onInput={({ currentTarget }) => set(currentTarget.value)} />
    </label>
  );
}

interface ChannelsProps {
  name: string;
  order: How;
  values: string[];
  set: (at: number, text: string) => void;
}

function Channels({ name, order: { channel_order: order }, values, set }: ChannelsProps) {
  return (
    <div class="sqv-how-field" role="group" aria-label={name}>
      <span aria-hidden="true">{name}</span>
      <span class="sqv-how-channels">
        {values.map((value, at) => (
          <input
            key={at}
            class="sqv-field"
            type="text"
            aria-label={`${name}, ${values.length === 1 ? "grey" : COLOURS[order[at] ?? "R"]}`}
            title={values.length === 1 ? "grey" : COLOURS[order[at] ?? "R"]}
            value={value}
            onInput={({ currentTarget }) => set(at, currentTarget.value)}
          />
        ))}
      </span>
    </div>
  );
}
