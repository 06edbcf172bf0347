import { useSignal } from "@preact/signals";
import type { Network } from "../../store/types.ts";
import { fixed } from "../../ui/format.ts";
import { useWidth } from "../../ui/hooks.ts";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import { useStore } from "../../ui/store.ts";
import {
  type Axes,
  axesOf,
  BASE,
  type Drift,
  distances,
  HEIGHT,
  isDrawn,
  LEFT,
  type Measure,
  partNames,
  pathOf,
  RIGHT,
  TOP,
} from "./layout.ts";

/** What is compared. */
export interface Drifts {
  lines: Drift[];
  /** The line that stands out. */
  chosen: string | undefined;
}

interface Props extends Drifts {
  title: string;
  isHidden?: boolean;
}

const MEASURES = [
  { value: "l2", text: "relative L2", title: "‖a − r‖ / ‖r‖: 0 for no difference" },
  { value: "cosine", text: "1 − cosine", title: "Of the direction alone: 0 for the same pattern, however strong" },
] as const;

/** How far each layer is from where it is under something else: one line a comparison, along the network. A click chooses the layer. */
export function DriftChart({ title, isHidden, ...now }: Props) {
  const { networks } = useStore();
  const { ref, width } = useWidth<HTMLDivElement>();
  const measure = useSignal<Measure>("l2");
  const network = networks.network();
  const line = now.lines.find(({ name }) => name === now.chosen);
  const said = line ? wordsOf(line) : "";
  const isShown = network && width.value > 0 && now.lines.length > 0;
  return (
    <section class="sqv-block" aria-label={title} hidden={isHidden}>
      <header class="sqv-spread">
        <h2>{title}</h2>
        <RadioGroup
          label="Distance"
          options={MEASURES}
          value={measure.value}
          choose={(value) => {
            measure.value = value;
          }}
        />
      </header>
      <div ref={ref} class="sqv-drift">
        {isShown && (
          <Chart
            {...{ network, now, measure: measure.value, width: width.value }}
            label={`Distance of each layer. ${line ? `${line.name} ${said}` : ""}`}
          />
        )}
      </div>
      <p class="sqv-quiet">
        {line && (
          <>
            <b>{line.name}</b> {said}
          </>
        )}
      </p>
    </section>
  );
}

function wordsOf({ firstDivergentLayer: layer, drift }: Drift): string {
  const said = layer
    ? `diverges at ${layer}: the first layer whose strongest channel is another one.`
    : "has the same strongest channel in every layer, and the same answer.";
  const isOfAnotherSize = drift.some(([, l2]) => l2 === null);
  const sizes = "Its input is of another size, and so are its maps: only the last layers can be compared.";
  return isOfAnotherSize ? `${said} ${sizes}` : said;
}

interface ChartProps {
  network: Network;
  now: Drifts;
  measure: Measure;
  width: number;
  label: string;
}

function Chart({ network, now, measure, width, label }: ChartProps) {
  const { networks } = useStore();
  const layers = (now.lines[0]?.drift ?? []).map(([layer]) => layer);
  const values = new Map(now.lines.map((line) => [line.name, distances(line, measure)]));
  const axes = axesOf(width, layers.length, [...values.values()].flat());
  const { x, step } = axes;
  const chosen = layers.indexOf(networks.layer()?.name ?? "");
  // The one that stands out lies over the others.
  const lines = [...now.lines].sort((a, b) => Number(a.name === now.chosen) - Number(b.name === now.chosen));
  return (
    <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} role="img" aria-label={label}>
      <Scale axes={axes} />
      {chosen >= 0 && (
        <rect class="sqv-drift-here" x={x(chosen) - step / 2} y={TOP - 6} width={step} height={BASE - TOP + 6} />
      )}
      <Names {...{ axes, layers, network }} />
      {lines.map((line) => (
        <Line
          key={line.name}
          {...{ line, axes, layers, values: values.get(line.name) ?? [] }}
          isHere={line.name === now.chosen}
        />
      ))}
      <Layers {...{ axes, layers, values: values.get(now.chosen ?? "") ?? [] }} />
    </svg>
  );
}

function Scale({ axes: { width, y, most } }: { axes: Axes }) {
  return (
    <>
      {[0, most / 2, most].map((tick, at) => (
        <g key={at}>
          <line class="sqv-grid-line" x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
          <text class="sqv-tick-end" x={LEFT - 6} y={y(tick) + 4}>
            {tick ? tick.toFixed(2) : "0"}
          </text>
        </g>
      ))}
    </>
  );
}

function Names({ axes, layers, network }: { axes: Axes; layers: string[]; network: Network }) {
  return (
    <>
      {partNames(axes, layers, network).map(({ text, x, y, rule, ...rest }) => (
        <g key={`${text} ${x}`}>
          {rule !== null && <line class="sqv-grid-line" x1={rule} x2={rule} y1={TOP} y2={BASE} />}
          <text class={rest.class} x={x} y={y}>
            {text}
          </text>
        </g>
      ))}
    </>
  );
}

interface LineProps {
  line: Drift;
  axes: Axes;
  layers: string[];
  values: (number | null)[];
  isHere: boolean;
}

function Line({ line: { firstDivergentLayer }, axes, layers, values, isHere }: LineProps) {
  const at = layers.indexOf(firstDivergentLayer ?? "");
  const value = values[at] ?? null;
  return (
    <>
      <path class={isHere ? "sqv-drift-line sqv-on" : "sqv-drift-line"} d={pathOf(axes, values)} />
      {isHere && isDrawn(value) && (
        <circle class="sqv-divergent" cx={axes.x(at)} cy={axes.y(value)} r={4.5}>
          <title>{`diverges at ${firstDivergentLayer}`}</title>
        </circle>
      )}
    </>
  );
}

const saidOf = (value: number | null): string => (value === null ? "maps of another size" : fixed(value, 3));

/** What a click chooses. */
function Layers({ axes: { x, step }, layers, values }: { axes: Axes; layers: string[]; values: (number | null)[] }) {
  const { selection } = useStore();
  return (
    <>
      {layers.map((name, at) => (
        <rect
          key={name}
          class="sqv-hit"
          data-drift={name}
          x={x(at) - step / 2}
          y={0}
          width={step}
          height={BASE}
          onClick={() => selection.chooseLayer(name)}
        >
          <title>{`${name}: ${saidOf(values[at] ?? null)}`}</title>
        </rect>
      ))}
    </>
  );
}
