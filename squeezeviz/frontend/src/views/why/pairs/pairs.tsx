import { useMemo } from "preact/hooks";
import { sharp } from "../../../draw/canvas.ts";
import type { Box } from "../../../draw/channel.ts";
import type { Layer, Tried } from "../../../store/types.ts";
import { grouped, signed } from "../../../ui/format.ts";
import { useDrawing, useWidth } from "../../../ui/hooks.ts";
import { RadioGroup } from "../../../ui/RadioGroup.tsx";
import { useLater, useStore } from "../../../ui/store.ts";
import { type Cell, CellMap, useLooked, within } from "../cell_map.tsx";
import { blockName } from "../layout.ts";
import { RunLine } from "../run_line.tsx";
import { SignedBar } from "../signed_bar.tsx";
import { drawPairs } from "./draw.ts";
import { largest, type Mode, pairValue, sideOf, strongest } from "./layout.ts";
import { Said } from "./said.tsx";

const LISTED = 5;

/** What a person has set. */
export interface PairSettings {
  /** Whose channels; the last bottleneck's of few where there is none of that name. */
  layer: string;
  mode: Mode;
}

export const PAIRS: PairSettings = { layer: "", mode: "apart" };

interface Props {
  settings: PairSettings;
  set: (change: (now: PairSettings) => PairSettings) => void;
}

/** No more than a person waits for: 64 channels are 2,016 pairs. */
const isFew = ({ shape }: Layer): boolean => (shape[0] ?? 0) <= 64;

/** Two channels of a bottleneck at a time: what they are worth together, and how far that is from the sum of the two. */
export function Pairs({ settings, set }: Props) {
  const { networks } = useStore();
  const { whatIf } = useLater();
  const narrow = networks.bottlenecks();
  const chosen = narrow.find(({ name }) => name === settings.layer) ?? narrow.filter(isFew).at(-1) ?? narrow[0];
  const [layer, count] = [chosen?.name ?? "", chosen?.shape[0] ?? 0];
  const asked = { layer };
  const trial = whatIf.of("pairwise_ablation", asked);
  return (
    <div class="sqv-block" hidden={!chosen}>
      <header class="sqv-spread">
        <h2>Two at a time</h2>
        <select
          class="sqv-select"
          aria-label="Whose channels"
          value={layer}
          onChange={({ currentTarget: { value } }) => set((now) => ({ ...now, layer: value }))}
        >
          {narrow.map(({ name, shape }) => (
            <option key={name} value={name}>{`${blockName(name)}, ${shape[0]} channels`}</option>
          ))}
        </select>
      </header>
      <RunLine
        trial={trial}
        kind="pairwise_ablation"
        settings={asked}
        invitation={`Ablate ${grouped((count * (count - 1)) / 2)} pairs`}
        unit="pairs ablated"
      />
      {trial?.made ? (
        <PairMatrix
          made={trial.made}
          layer={layer}
          mode={settings.mode}
          choose={(mode) => set((now) => ({ ...now, mode }))}
        />
      ) : (
        <p class="sqv-quiet">
          Two channels that do the same work hide each other: without one, the other is still there. Only without both
          does it show.
        </p>
      )}
    </div>
  );
}

const MODES = [
  { value: "apart", text: "more than the sum", title: "What two are worth together, less what each is worth alone" },
  { value: "together", text: "together", title: "What two are worth together; on the diagonal, one alone" },
] as const;

interface MatrixProps {
  made: Tried;
  layer: string;
  mode: Mode;
  choose: (mode: Mode) => void;
}

function PairMatrix({ made, layer, mode, choose }: MatrixProps) {
  const { selection, traits } = useStore();
  const { ref, width } = useWidth<HTMLDivElement>();
  const { of, look } = useLooked<string>();
  const { count } = made;
  const top = useMemo(() => strongest(made, LISTED), [made]);
  const most = useMemo(() => largest(made, mode), [made, mode]);
  const side = () => sideOf(width.value, count);
  const cell = () => lookedAt(of(layer), count, top[0]);
  const canvas = useDrawing((canvas) => {
    if (!width.value) return;
    const context = sharp(canvas, side(), side());
    drawPairs(context, made, mode, { most, palette: traits.get("palette"), side: side() });
  });
  const place = (at: number) => within(Math.floor((at / side()) * count), count);
  return (
    <div ref={ref}>
      <RadioGroup label="What the matrix shows" options={MODES} value={mode} choose={choose} />
      <CellMap
        canvas={canvas}
        class="sqv-pairs"
        is="matrix of pairs"
        name="Pairs"
        shape={[count, count]}
        cell={cell}
        look={(at) => look(layer, at)}
        open={([a]) => selection.chooseLayer(layer, a)}
        at={(x, y) => [place(y), place(x)]}
        box={(at) => boxOf(at, side() / count)}
        label={([a, b]) => {
          const value = pairValue(made, mode, a, b);
          const said = Number.isNaN(value) ? "not ablated yet" : signed(value, 2);
          return `Channels ${a} and ${b} of ${layer}: ${said}. Arrow keys move.`;
        }}
      />
      <SignedBar
        most={most}
        write={(value) => signed(value, 2)}
        says={mode === "apart" ? "warm: together worth more than alone" : undefined}
      />
      <Said made={made} cell={cell} layer={layer} most={most} />
      <ol class="sqv-pair-list">
        {top.map(({ a, b, more }) => (
          <li key={`${a} ${b}`}>
            <button
              class="sqv-number"
              type="button"
              data-pair={`${a} ${b}`}
              data-more={more}
              onClick={() => look(layer, [a, b])}
            >{`${a} and ${b}: ${signed(more, 2)}`}</button>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** What a person looks at; the pair that is furthest from the sum, until then. */
function lookedAt(looked: Cell | null, count: number, best?: { a: number; b: number }): Cell {
  if (looked) return [within(looked[0], count), within(looked[1], count)];
  return best ? [best.a, best.b] : [0, 0];
}

const LEAST_PX = 6; // so that a mark is seen, however many channels there are

function boxOf([a, b]: Cell, unit: number): Box {
  const side = Math.max(unit, LEAST_PX);
  return [(b + 0.5) * unit - side / 2, (a + 0.5) * unit - side / 2, side, side];
}
