import { useState } from "preact/hooks";
import { useWidth } from "../../ui/hooks.ts";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import { useStore } from "../../ui/store.ts";
import { type Chart, type Drift, FRAME, layoutDrift, type Measure } from "./layout.ts";

const MEASURES = [
  { value: "l2", text: "relative L2", title: "‖a − r‖ / ‖r‖: 0 for no difference" },
  { value: "cosine", text: "1 − cosine", title: "Of the direction alone: 0 for the same pattern, however strong" },
] as const;

interface Props {
  title: string;
  drifts: readonly Drift[];
  /** The line that stands out. */
  chosen: string | undefined;
  isHidden?: boolean;
}

/**
 * How far each layer is from where it is under something else: one line a comparison, along the network. A click chooses
 * the layer.
 */
export function DriftChart({ title, drifts, chosen, isHidden }: Props) {
  const { networks } = useStore();
  const [measure, setMeasure] = useState<Measure>("l2");
  const { ref, width } = useWidth<HTMLDivElement>();
  const network = networks.network();
  const isDrawn = network && drifts.length > 0 && width.value > 0;
  const chart = isDrawn && layoutDrift(network, drifts, { measure, chosen, width: width.value });
  const line = drifts.find(({ name }) => name === chosen);
  return (
    <section class="sqv-block" aria-label={title} hidden={isHidden}>
      <header class="sqv-spread">
        <h2>{title}</h2>
        <RadioGroup label="Distance" options={MEASURES} value={measure} choose={setMeasure} />
      </header>
      <div ref={ref} class="sqv-drift">
        {chart && <Lines chart={chart} width={width.value} said={line ? wordsOf(line) : ""} />}
      </div>
      <p class="sqv-quiet">
        {line && (
          <>
            <b>{line.name}</b>
            {` ${wordsOf(line)}`}
          </>
        )}
      </p>
    </section>
  );
}

function wordsOf({ firstDivergentLayer: first, drift }: Drift): string {
  const where = first
    ? `diverges at ${first}: the first layer whose strongest channel is another one.`
    : "has the same strongest channel in every layer, and the same answer.";
  const isOfOtherSizes = drift.some(([, l2]) => l2 === null);
  const sizes = "Its input is of another size, and so are its maps: only the last layers can be compared.";
  return isOfOtherSizes ? `${where} ${sizes}` : where;
}

interface LinesProps {
  chart: Chart;
  width: number;
  /** Of the chosen line. */
  said: string;
}

function Lines({ chart, width, said }: LinesProps) {
  const { lines, divergence } = chart;
  const chosen = lines.find(({ isChosen }) => isChosen);
  return (
    <svg
      viewBox={`0 0 ${width} ${FRAME.height}`}
      width={width}
      height={FRAME.height}
      role="img"
      aria-label={`Distance of each layer. ${chosen ? `${chosen.name} ${said}` : ""}`}
    >
      <Axes chart={chart} width={width} />
      {lines.map(({ name, path, isChosen }) => (
        <path key={name} d={path} class={isChosen ? "sqv-drift-line sqv-on" : "sqv-drift-line"} />
      ))}
      {divergence && (
        <circle cx={divergence.x} cy={divergence.y} r={4.5} class="sqv-divergent">
          <title>{`diverges at ${divergence.layer}`}</title>
        </circle>
      )}
      <Strips chart={chart} />
    </svg>
  );
}

function Axes({ chart, width }: { chart: Chart; width: number }) {
  const { networks } = useStore();
  const layer = networks.layer()?.name;
  const here = chart.strips.find((strip) => strip.layer === layer);
  return (
    <g>
      {chart.ticks.map(({ y, text }) => (
        <g key={text}>
          <line x1={FRAME.left} x2={width - FRAME.right} y1={y} y2={y} class="sqv-grid-line" />
          <text x={FRAME.left - 6} y={y + 4} class="sqv-tick-end">
            {text}
          </text>
        </g>
      ))}
      {here && (
        <rect
          x={here.x}
          y={FRAME.top - 6}
          width={chart.step}
          height={FRAME.base - FRAME.top + 6}
          class="sqv-drift-here"
        />
      )}
      {chart.borders.map((x) => (
        <line key={x} x1={x} x2={x} y1={FRAME.top} y2={FRAME.base} class="sqv-grid-line" />
      ))}
      {chart.names.map(({ text, x, y, align }) => (
        <text key={x} x={x} y={y} text-anchor={align}>
          {text}
        </text>
      ))}
    </g>
  );
}

/** What is pointed at and clicked. */
function Strips({ chart }: { chart: Chart }) {
  const { selection } = useStore();
  return (
    <g>
      {chart.strips.map(({ layer, x, value }) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: for a pointer; the keys [ and ] choose layers too
        <rect
          key={layer}
          x={x}
          y={0}
          width={chart.step}
          height={FRAME.base}
          class="sqv-hit"
          data-drift={layer}
          onClick={() => selection.chooseLayer(layer)}
        >
          <title>{`${layer}: ${value === null ? "maps of another size" : value.toFixed(3)}`}</title>
        </rect>
      ))}
    </g>
  );
}
