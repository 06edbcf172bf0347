import { useMemo } from "preact/hooks";
import { sharp } from "../../../draw/canvas.ts";
import type { Tried } from "../../../store/types.ts";
import type { Trial } from "../../../store/what_if.ts";
import { grouped, signed } from "../../../ui/format.ts";
import { useDrawing, useWidth } from "../../../ui/hooks.ts";
import { RadioGroup } from "../../../ui/RadioGroup.tsx";
import { useLater, useStore } from "../../../ui/store.ts";
import { type Cell, CellMap, useLooked, within } from "../cell_map.tsx";
import { drawGrey } from "../evidence_map/draw.ts";
import { sideOf } from "../evidence_map/layout.ts";
import { RunLine } from "../run_line.tsx";
import { SignedBar } from "../signed_bar.tsx";
import { drawWorths } from "./draw.ts";
import {
  type Chosen,
  type Patches,
  patchAt,
  patchBox,
  patchCount,
  patchesOf,
  sizesFor,
  type Unit,
  worths,
} from "./layout.ts";
import { Pickers } from "./pickers.tsx";
import { Said } from "./said.tsx";

/** What a person has set. */
export interface OcclusionSettings {
  chosen: Chosen;
  unit: Unit;
}

export const OCCLUSION: OcclusionSettings = { chosen: {}, unit: "logit" };

interface Props {
  settings: OcclusionSettings;
  set: (change: (now: OcclusionSettings) => OcclusionSettings) => void;
}

/** One patch after the other hidden from the network: what each is worth to the class, over the photo. */
export function Occlusion({ settings, set }: Props) {
  const { networks } = useStore();
  const { whatIf } = useLater();
  const { chosen, unit } = settings;
  const [, height, width] = networks.network()?.input ?? [3, 227, 227];
  const sizes = sizesFor([height, width]);
  const patches = patchesOf(chosen, sizes);
  const trial = whatIf.of("occlusion", patches);
  const count = patchCount(patches, [height, width]);
  const larger = trial?.state === "whole" ? sizes.patches.find((px) => px > patches.patch_px) : undefined;
  const change = (next: Partial<Patches>) =>
    set((now) => ({ ...now, chosen: patchesOf({ ...patchesOf(now.chosen, sizes), ...next }, sizes) }));
  return (
    <div class="sqv-block sqv-occlusion">
      <header class="sqv-spread">
        <h2>Hide a patch</h2>
        <RadioGroup
          label="In which unit"
          options={[
            { value: "logit", text: networks.network()?.logit_words ?? "logit" },
            { value: "probability", text: "probability" },
          ]}
          value={unit}
          choose={(value) => set((now) => ({ ...now, unit: value }))}
        />
      </header>
      <Pickers patches={patches} sizes={sizes} change={change} />
      <RunLine
        trial={trial}
        kind="occlusion"
        settings={patches}
        invitation={count === 1 ? "Hide 1 patch" : `Hide ${grouped(count)} patches`}
        unit="patches hidden"
      />
      <OcclusionMap
        trial={trial}
        patches={patches}
        unit={unit}
        larger={larger}
        enlarge={(patch_px) => change({ patch_px })}
      />
    </div>
  );
}

interface MapProps {
  trial: Trial | null;
  patches: Patches;
  unit: Unit;
  /** The next larger size of a patch, where all have been hidden. */
  larger: number | undefined;
  enlarge: (patchPx: number) => void;
}

function OcclusionMap({ trial, patches, unit, larger, enlarge }: MapProps) {
  const { photos, traits } = useStore();
  const { ref, width } = useWidth<HTMLDivElement>();
  const { of, look } = useLooked<string>();
  const made = trial?.made ?? null;
  const known = useMemo(() => made && worths(made, unit), [made, unit]);
  // Another photo's places are other places.
  const about = `${trial?.basis} ${Object.values(patches)}`;
  const side = () => sideOf(width.value);
  const cell = () => lookedAt(of(about), made, known?.best);
  const canvas = useDrawing((canvas) => {
    const photo = photos.photo();
    if (!photo) return;
    const context = sharp(canvas, side(), side());
    if (!made || !known) return context.drawImage(photo.seen, 0, 0, side(), side());
    drawGrey(context, photo.seen, side());
    drawWorths(context, made, known, traits.get("palette"), side());
  });
  const inUnits = (value: number) => (unit === "logit" ? signed(value, 2) : `${signed(100 * value, 1)} points`);
  return (
    <div class="sqv-evidence-map" ref={ref}>
      <CellMap
        canvas={canvas}
        class="sqv-occluded"
        is="map of hidden patches"
        name="Nothing has been hidden yet"
        shape={made && [made.rows, made.columns]}
        cell={cell}
        look={(at) => look(about, at)}
        at={(x, y) => (made ? patchAt(made, side(), x, y) : [0, 0])}
        box={(at) => (made ? patchBox(made, at, side()) : [0, 0, 0, 0])}
        label={([row, column]) => {
          const value = known?.values[row * (made?.columns ?? 0) + column] ?? NaN;
          if (Number.isNaN(value)) return "Not hidden yet";
          return `Patch in row ${row}, column ${column}: worth ${inUnits(value)}. Arrow keys move.`;
        }}
      />
      <Said
        made={made}
        known={known}
        cell={cell}
        look={(at) => look(about, at)}
        isWhole={trial?.state === "whole"}
        larger={larger}
        enlarge={(px) => {
          enlarge(px);
          canvas.current?.focus({ preventScroll: true }); // its button goes
        }}
      />
      {known && <SignedBar most={known.most} write={inUnits} />}
    </div>
  );
}

/** What a person looks at; the patch that is worth most, until then. */
function lookedAt(looked: Cell | null, made: Tried | null, best: Cell = [0, 0]): Cell {
  return looked && made ? [within(looked[0], made.rows), within(looked[1], made.columns)] : best;
}
