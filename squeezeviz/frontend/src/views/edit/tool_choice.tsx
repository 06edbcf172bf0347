import { useRef } from "preact/hooks";
import type { Drawing } from "../../store/drawing.ts";
import { GREY } from "../../store/tools.ts";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import { useLater } from "../../ui/store.ts";

const TOOLS = [
  { value: "paint", text: "Paint", title: "Paint in one colour" },
  { value: "blur", text: "Blur", title: "Blur what is there: what is finer than a 24th of the photo is gone" },
  { value: "cut", text: "Cut", title: "Cut out: fill with the photo's mean colour" },
  { value: "restore", text: "Restore", title: "Bring the photo back where you brush" },
] as const;
const SHAPES = [
  { value: "brush", text: "Brush" },
  {
    value: "rectangle",
    text: "Rectangle",
    title: "Draw it, then drag it on, or move it with the arrow keys, and size it with Shift and arrows",
  },
] as const;
const COLOURS = [
  { name: "grey, 128", value: GREY },
  { name: "black", value: "#000000" },
  { name: "white", value: "#ffffff" },
  { name: "red", value: "#d0342c" },
  { name: "green", value: "#2e8b3d" },
  { name: "blue", value: "#2d62c4" },
];
const FIRST_OWN = "#e0a030";

/** What is painted with. */
export function ToolChoice({ drawing }: { drawing: Drawing }) {
  const { tools } = useLater().moving;
  const { tool, shape } = tools.chosen();
  return (
    <div class="sqv-edit-tools">
      <RadioGroup
        label="What it does"
        options={TOOLS}
        value={tool}
        choose={(value) => tools.choose({ tool: value })}
        class="sqv-wide"
      />
      <div class="sqv-edit-shape">
        <RadioGroup
          label="Its shape"
          options={SHAPES}
          value={shape}
          choose={(value) => {
            drawing.end();
            tools.choose({ shape: value });
          }}
        />
        <label class="sqv-edit-sizes" hidden={shape !== "brush"}>
          <input
            type="range"
            min={0}
            max={100}
            step={1}
            title="Size of the brush ([ and ])"
            aria-label="Size of the brush"
            value={tools.slider()}
            onInput={(event) => tools.slide(Number(event.currentTarget.value))}
          />
          <span class="sqv-quiet sqv-edit-size">{`${Math.round(tools.size())} px`}</span>
        </label>
      </div>
      <Swatches mean={drawing.mean} isHidden={tool !== "paint"} />
    </div>
  );
}

function Swatches({ mean, isHidden }: { mean: string; isHidden: boolean }) {
  const { tools } = useLater().moving;
  const { isMean } = tools.chosen();
  const { colour } = tools.ink();
  const own = useRef(FIRST_OWN);
  const isOwn = !isMean && !COLOURS.some(({ value }) => value === colour);
  if (isOwn) own.current = colour;
  const paintIn = (value: string) => tools.choose({ colour: value, isMean: false });
  return (
    <div class="sqv-swatches" role="group" aria-label="Colour" hidden={isHidden}>
      <button
        class="sqv-swatch sqv-swatch-mean"
        type="button"
        aria-label="Paint in the photo's mean colour"
        title="the photo's mean colour"
        aria-pressed={isMean}
        style={{ background: mean }}
        onClick={() => tools.choose({ isMean: true })}
      />
      {COLOURS.map(({ name, value }) => (
        <button
          key={value}
          class="sqv-swatch"
          type="button"
          aria-label={`Paint in ${name}`}
          title={name}
          aria-pressed={!isMean && colour === value}
          style={{ background: value }}
          onClick={() => paintIn(value)}
        />
      ))}
      <input
        type="color"
        class={isOwn ? "sqv-swatch sqv-swatch-own" : "sqv-swatch"}
        aria-label="Paint in a colour of your own"
        title="a colour of your own; Alt-click takes one from the photo"
        value={own.current}
        onInput={(event) => paintIn(event.currentTarget.value)}
      />
      <span class="sqv-quiet">Alt-click picks</span>
    </div>
  );
}
