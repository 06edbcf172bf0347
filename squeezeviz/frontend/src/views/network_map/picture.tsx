import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { times } from "../../store/layers.ts";
import type { Layer } from "../../store/types.ts";
import { holds, opens } from "../../store/units.ts";
import { useCalm, useDrawing } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";
import { CostColumns, ErrorColumns } from "../late.tsx";
import type { Band } from "./bands.ts";
import { paintAnswer, paintStrengths, strongestOf } from "./draw.ts";
import type { Layout, Stop } from "./layout.ts";
import type { Frame, Hit, Word } from "./marks.ts";
import { about } from "./names.ts";
import type { Scene } from "./scene.ts";

type Point = (layer: Layer | null) => void;

interface Props {
  layout: Layout;
  scene: Scene;
  point: Point;
  /** Whether the focus goes along with what is chosen. */
  moveFocus: { current: boolean };
}

export function Picture({ layout, scene, point, moveFocus }: Props) {
  const { networks, diagram } = useStore();
  const here = useRef<SVGGElement>(null);
  const chosen = networks.layer()?.name ?? "";
  useLayoutEffect(() => scene.laid(layout), [layout, chosen]);
  useLayoutEffect(() => {
    if (moveFocus.current) here.current?.focus({ preventScroll: true });
    moveFocus.current = false;
  });
  const { frame, width } = layout;
  const unit = layout.stops.find((stop) => holds(stop.unit, chosen))?.unit.key ?? "";
  // What hangs on the layout alone stays as it is while one layer after the other is chosen.
  const flows = useMemo(() => <Flows layout={layout} />, [layout]);
  const amounts = useMemo(() => <Amounts layout={layout} />, [layout]);
  return (
    <svg viewBox={`0 0 ${width} ${frame.height}`} width={width} height={frame.height} role="presentation">
      <CostColumns layout={layout} />
      <ErrorColumns layout={layout} />
      {flows}
      <g class="sqv-bars" pointer-events="none">
        <Cuts layout={layout} chosen={chosen} />
        <Bars layout={layout} chosen={chosen} />
        <Words words={layout.marks.words} here={unit} />
        {amounts}
      </g>
      <g>
        {layout.stops.map((stop) => (
          <Unit
            key={stop.unit.key}
            {...{ stop, frame, point, chosen }}
            isHere={stop.unit.key === unit}
            hold={(element) => {
              if (stop.unit.key === unit) here.current = element;
            }}
          />
        ))}
      </g>
      {layout.bands.map((band) => (
        <BandWord key={`${band.lineY} ${band.word?.x}`} band={band} fold={(member) => diagram.fold(member)} />
      ))}
    </svg>
  );
}

function Flows({ layout: { marks, bands } }: { layout: Layout }) {
  const lines = bands.flatMap(({ lines, lineY }) => lines.map(([from, to]) => ({ from, to, lineY })));
  return (
    <>
      <g class="sqv-flows">
        {marks.flows.map((path) => (
          <path key={path} d={path} />
        ))}
      </g>
      <g class="sqv-edges">
        {marks.edges.map((path) => (
          <path key={path} d={path} />
        ))}
      </g>
      {lines.map(({ from, to, lineY }) => (
        <line key={`${lineY} ${from}`} class="sqv-band" x1={from} x2={to} y1={lineY} y2={lineY} />
      ))}
    </>
  );
}

function BandWord({ band: { word, member }, fold }: { band: Band; fold: (member: Stop["unit"]) => void }) {
  if (!word) return null;
  return (
    <text
      {...{ x: word.x, y: word.y }}
      class={member ? "sqv-small sqv-folds" : word.isSmall ? "sqv-small" : undefined}
      onClick={() => member && fold(member)}
    >
      {word.text}
      {member && <title>Close it</title>}
    </text>
  );
}

function Cuts({ layout: { cuts, frame }, chosen }: { layout: Layout; chosen: string }) {
  return (
    <>
      {cuts.map(({ x, layer }) => (
        <line
          key={layer}
          class={layer === chosen ? "sqv-cut sqv-on" : "sqv-cut"}
          {...{ x1: x, x2: x, y1: frame.hitY + 1, y2: frame.height - 4 }}
        />
      ))}
    </>
  );
}

function Bars({ layout: { marks }, chosen }: { layout: Layout; chosen: string }) {
  return (
    <>
      {marks.bars.map(({ x, y, width, height, marks: marked }, at) => (
        <rect
          key={at}
          {...{ x: x.toFixed(1), y: y.toFixed(1), width, height: height.toFixed(1) }}
          class={marked.includes(chosen) ? "sqv-node sqv-on" : "sqv-node"}
        />
      ))}
    </>
  );
}

function Words({ words, here }: { words: Word[]; here: string }) {
  return (
    <>
      {words.map(({ x, y, text, unit, isSmall }) => (
        <text key={`${x} ${y}`} x={x} y={y} class={classOf(unit, here, isSmall)}>
          {text}
        </text>
      ))}
    </>
  );
}

function classOf(unit: string, here: string, isSmall?: boolean): string | undefined {
  if (!unit) return isSmall ? "sqv-small" : undefined;
  return unit === here ? "sqv-part-name sqv-here" : "sqv-part-name";
}

/** How long they are is drawn, as the photo says it. */
function Strengths({ layout: { strengths, frame } }: { layout: Layout }) {
  const { photos, diagram } = useStore();
  const rms = useCalm(() => photos.photo()?.rms_activation ?? {});
  const pieces = useDrawing<SVGGElement>((group) => {
    paintStrengths(group, strengths, rms, strongestOf(diagram.units(), rms));
  });
  const place = { y: frame.height - 10, height: 3 };
  return (
    <>
      {strengths.map(({ x, width, unit }) => (
        <rect key={unit.key} class="sqv-rms" {...{ ...place, x: x.toFixed(1), width: width.toFixed(1) }} />
      ))}
      <g ref={pieces}>
        {strengths.flatMap(({ parts }) =>
          parts.map(({ layer, look }) => <rect key={layer} class={look} {...place} width={0} />),
        )}
      </g>
    </>
  );
}

/** What the photo says: how strongly each unit activates, and the answer. */
function Amounts({ layout }: { layout: Layout }) {
  const { diagram } = useStore();
  return (
    <>
      {diagram.shows() === "activation" && <Strengths layout={layout} />}
      {layout.answers.map((x) => (
        <Answer key={x} x={x} middle={layout.frame.middle} />
      ))}
    </>
  );
}

const ROWS = [0, 1, 2, 3, 4];

function Answer({ x, middle }: { x: number; middle: number }) {
  const { photos } = useStore();
  const photo = useCalm(() => photos.photo());
  const bars = useDrawing<SVGGElement>((group) => paintAnswer(group, photo));
  return (
    <g ref={bars}>
      {ROWS.map((row) => (
        <rect
          key={row}
          class={row ? "sqv-node" : "sqv-node sqv-best"}
          {...{ x: x + 3, y: middle - 20 + 8.5 * row, height: 5, width: 0 }}
        />
      ))}
    </g>
  );
}

interface UnitProps {
  stop: Stop;
  frame: Frame;
  isHere: boolean;
  chosen: string;
  point: Point;
  hold: (element: SVGGElement | null) => void;
}

function Unit({ stop, frame, isHere, chosen, point, hold }: UnitProps) {
  const { diagram, selection } = useStore();
  const { unit, x, width, hits, isOpen } = stop;
  const whole = {
    layer: unit.output,
    x: x + 0.5,
    y: frame.hitY,
    width: width - 1,
    height: frame.height - frame.hitY - 1,
  };
  return (
    <g
      ref={hold}
      class={isHere ? "sqv-part sqv-here" : "sqv-part"}
      data-part={unit.name}
      role="radio"
      aria-checked={isHere}
      aria-label={labelOf(stop, isHere ? chosen : "")}
      tabindex={isHere ? 0 : -1} // as SVG spells it
    >
      <Target hit={whole} title={titleOf(stop)} isWhole choose={() => diagram.press(unit)} point={point} />
      {(isHere || isOpen) &&
        hits.map((hit) => (
          <Target
            key={hit.layer.name}
            hit={hit}
            title={about(hit.layer)}
            choose={() => selection.chooseLayer(hit.layer.name)}
            point={point}
          />
        ))}
    </g>
  );
}

/** What it is called; where it opens, what kind it is, and what of it is chosen. */
function labelOf({ unit, isOpen }: Stop, chosen: string): string {
  const name = `${unit.name}: ${times(unit.output.shape)}`;
  if (!opens(unit)) return name;
  const kind = unit.kind && !unit.name.startsWith(unit.kind) ? `${unit.kind}, ` : "";
  const inner = isOpen && chosen && chosen !== unit.output.name ? `, at ${chosen}` : "";
  return `${name}, ${kind}${isOpen ? "open" : "closed"}${inner}`;
}

function titleOf({ unit, isOpen }: Stop): string {
  const { name, kind, layers, members } = unit;
  if (!opens(unit)) return about(unit.output);
  const count = members.length ? `${members.length} ${members[0]?.kind}s` : `${layers.length} layers`;
  const told = kind && !name.startsWith(kind) ? `${name}: ${kind} of ${count}` : `${name}: ${count}`;
  return `${told}, ${times(unit.output.shape)}. Click to ${isOpen ? "close" : "open"} it`;
}

interface TargetProps {
  hit: Hit;
  title: string;
  isWhole?: boolean;
  choose: () => void;
  point: Point;
}

function Target({ hit: { layer, x, y, width, height }, title, isWhole, choose, point }: TargetProps) {
  return (
    <rect
      class={isWhole ? "sqv-hit" : "sqv-hit-part"}
      rx={4}
      {...{ x, y, width, height }}
      onClick={choose}
      onPointerEnter={() => point(layer)}
      onPointerLeave={() => point(null)}
    >
      <title>{title}</title>
    </rect>
  );
}
