import { useMemo } from "preact/hooks";
import { sharp } from "../../../draw/canvas.ts";
import { fullColour } from "../../../draw/full_colour.ts";
import type { Attribution } from "../../../store/types.ts";
import { useDrawing, useWidth } from "../../../ui/hooks.ts";
import { RadioGroup } from "../../../ui/RadioGroup.tsx";
import { useLater, useStore } from "../../../ui/store.ts";
import { type Cell, CellMap, useLooked } from "../cell_map.tsx";
import { cellAt, firstTile, sideOf, strongest, tileOf } from "../evidence_map/layout.ts";
import { Running } from "../running.tsx";
import { SignedBar } from "../signed_bar.tsx";
import { drawAttribution } from "./draw.ts";
import { cellsOf, type Form } from "./layout.ts";
import { MethodPicker } from "./method_picker.tsx";
import { type Settings, titleOf } from "./methods.ts";
import { Said } from "./said.tsx";

interface Props {
  name: string;
  settings: Settings;
  set: (settings: Settings) => void;
}

/** What one method says, with what it is to be read by. */
export function OneAttribution({ name, settings, set }: Props) {
  const { resources } = useStore();
  const { questions } = useLater();
  const { known, before, problem, steps } = questions.attribution(settings.method, settings.over, name);
  const made = problem ? null : (known ?? before);
  return (
    <div class={`sqv-block sqv-attribution ${known || problem ? "" : "sqv-late"}`} data-method={known?.method}>
      <MethodPicker
        name={name}
        settings={settings}
        set={set}
        isComputing={!known && !problem && !steps?.total && !steps?.isStopped}
      />
      {steps && (steps.total > 0 || steps.isStopped) && (
        <Running
          state={steps.isStopped ? "stopped" : "running"}
          done={steps.done}
          total={steps.total}
          invitation=""
          unit={`runs of ${titleOf(settings.method)}`}
          start={() => resources.resume(steps.key)}
          stop={() => resources.stop(steps.key)}
        />
      )}
      {steps?.isStopped && made && (
        <p class="sqv-quiet">{`Below is what was there before: ${titleOf(made.method)} of the ${made.words}.`}</p>
      )}
      {problem && (
        <p class="sqv-card-problem" role="alert">
          {problem}
        </p>
      )}
      {made && <Shown name={name} made={made} form={settings.form} choose={(form) => set({ ...settings, form })} />}
    </div>
  );
}

const FORMS = [
  { value: "photo", text: "over the photo", title: "Channels brought together, over the photo" },
  { value: "colours", text: "colours", title: "Red, green and blue each for itself: grey is none" },
  { value: "sizes", text: "sizes", title: "How large, whatever the sign: black is none" },
] as const;

interface ShownProps {
  name: string;
  made: Attribution;
  form: Form;
  choose: (form: Form) => void;
}

function Shown({ name, made, form, choose }: ShownProps) {
  const { photos, networks, traits } = useStore();
  const { ref, width } = useWidth<HTMLDivElement>();
  const { of, look } = useLooked<Attribution>();
  const isOfPixels = made.layer === null;
  const cells = useMemo(() => cellsOf(made), [made]);
  const colour = useMemo(
    () => fullColour(form === "colours" && isOfPixels ? made.values : cells, isOfPixels),
    [made, cells, form, isOfPixels],
  );
  const shape: [number, number] = [made.shape[1], made.shape[2]];
  const network = networks.network();
  const layer = network?.layers.find((each) => each.name === made.layer) ?? null;
  const side = () => sideOf(width.value);
  const first = () => firstTile(layer, shape, [network?.input[1] ?? 227, network?.input[2] ?? 227], side());
  const cell = () => of(made) ?? strongest(cells, shape);
  const canvas = useDrawing((canvas) => {
    const photo = photos.photo();
    if (!photo) return;
    const tile = first();
    const box = [tile[0], tile[1], tile[2] * shape[1], tile[3] * shape[0]] as const;
    const context = sharp(canvas, side(), side());
    drawAttribution(
      context,
      photo.seen,
      { made, cells, most: colour.most, form },
      { side: side(), box: [...box], palette: traits.get("palette") },
    );
  });
  const valueAt = ([row, column]: Cell) => cells[row * shape[1] + column] ?? 0;
  return (
    <div class="sqv-evidence-map" ref={ref}>
      <CellMap
        canvas={canvas}
        class="sqv-attribution-map"
        is="map of an attribution"
        name={name}
        shape={shape}
        cell={cell}
        look={(at) => look(made, at)}
        at={(x, y) => cellAt(first(), shape, x, y)}
        box={(at) => tileOf(first(), at)}
        label={(at) =>
          `${isOfPixels ? "Pixel" : "Cell"} ${at.join(", ")}: ${valueAt(at).toPrecision(3)}. Arrow keys move.`
        }
      />
      <Said made={made} cell={cell} valueAt={valueAt} />
      <div class="sqv-attribution-scale">
        {isOfPixels && (
          <RadioGroup label={`How ${name.toLowerCase()} is drawn`} options={FORMS} value={form} choose={choose} />
        )}
        <Scale made={made} cells={cells} form={form} {...colour} />
      </div>
    </div>
  );
}

interface ScaleProps {
  made: Attribution;
  cells: Float32Array;
  form: Form;
  most: number;
  isBeyond: boolean;
}

/** What colours stand for. */
function Scale({ made, cells, form, most, isBeyond }: ScaleProps) {
  const isOver = form === "photo" || made.layer !== null;
  const isSigned = useMemo(() => cells.some((value) => value < 0), [cells]);
  const isDerived = made.unit !== "no unit"; // else it is no derivative: its sign is not the number's
  const unit = isDerived ? `in ${made.unit}` : "without a unit";
  const full = `${most.toPrecision(2)}, ${unit}`;
  const beyond = isBeyond ? " One in 200 lies beyond it." : "";
  if (isOver && isSigned)
    return (
      <>
        <SignedBar
          most={most}
          write={(value) => value.toPrecision(2).replace("-", "−")}
          says={isDerived ? "warm raises it, blue lowers it" : "warm is above 0, blue below"}
        />
        <p class="sqv-quiet">{`${unit.charAt(0).toUpperCase()}${unit.slice(1)}.${beyond}`}</p>
      </>
    );
  const says = {
    photo: "Full colour is ",
    colours: "Grey is none; each of red, green and blue is full, or gone, at ±",
    sizes: "Black is none; white is ",
  }[isOver ? "photo" : form];
  return <p class="sqv-quiet">{`${says}${full}.${beyond}`}</p>;
}
