import type { TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useRef } from "preact/hooks";
import { sizeText } from "../../store/layers.ts";
import type { Store } from "../../store/store.ts";
import { YOURS } from "../../store/traits.ts";
import type { How, Photo } from "../../store/types.ts";
import { percent } from "../../ui/format.ts";
import { useCalm } from "../../ui/hooks.ts";
import { PictureBox } from "../../ui/PictureBox.tsx";
import { useStore } from "../../ui/store.ts";
import { Choices, Slider } from "./fields.tsx";
import * as tuning from "./tuning.ts";

const SIDE_PX = 200;
const [LEAST_PX, MOST_PX] = [160, 480];

/** What is tuned now: yours, else the preprocessing in use. */
function tunedNow({ traits, preprocessings }: Store): How | null {
  const tuned = traits.get("tuned");
  if (Object.keys(tuned).length) return tuned as How;
  return preprocessings.offered().find(({ name }) => name === traits.get("preset"))?.preprocessing ?? null;
}

/** Change what is tuned by now: a control may have been drawn before the last change. It is compared from then on. */
function tune(store: Store, change: (how: How) => How): void {
  const how = tunedNow(store);
  if (!how) return;
  const { traits } = store;
  const [tuned, compared] = [change(how), traits.get("compared")];
  traits.set({ tuned, ...(compared.includes(YOURS) ? {} : { compared: [YOURS, ...compared] }), against: YOURS });
}

function beginAgain({ traits, networks }: Store): void {
  const compared = traits.get("compared").filter((name) => name !== YOURS);
  const isInUse = traits.get("preset") === YOURS;
  const preset = networks.network()?.preprocessing ?? "caffe2";
  traits.set({ tuned: {}, compared, ...(isInUse ? { preset } : {}) });
}

/**
 * A preprocessing of one's own, changed while one watches: where the crop lies, how the photo is resized, the order of the
 * channels, the means.
 */
export function Tuner() {
  const store = useStore();
  const { how, photo } = useCalm(() => ({ how: tunedNow(store), photo: store.photos.photo() }));
  return (
    <section class="sqv-block sqv-tuner" aria-label="Your own preprocessing">
      <header class="sqv-spread">
        <h2>Your own</h2>
        <button class="sqv-button" type="button" onClick={() => beginAgain(store)}>
          Begin again
        </button>
      </header>
      {how && photo && (
        <div class="sqv-tune">
          <div>
            <Crop how={how} photo={photo} />
            <Answer />
          </div>
          <Fields how={how} />
        </div>
      )}
    </section>
  );
}

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-2, 0],
  ArrowRight: [2, 0],
  ArrowUp: [0, -2],
  ArrowDown: [0, 2],
};

/** Preact takes a number as it is, and a length without a unit is none. */
const inPixels = (sides: object): Record<string, string> =>
  Object.fromEntries(Object.entries(sides).map(([side, length]) => [side, `${length}px`]));

/** On the photo, both as large as they are after resizing; it can be dragged. */
function Crop({ how, photo }: { how: How; photo: Photo }) {
  const store = useStore();
  const dragged = useRef<{ x: number; y: number } | null>(null);
  const drawn = tuning.layoutCrop(how, photo.size, SIDE_PX);
  const move = (dx: number, dy: number) => tune(store, (now) => tuning.withCropMoved(now, photo.size, dx, dy));
  const press = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const by = STEPS[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const times = event.shiftKey ? 5 : 1;
    move(by[0] * times, by[1] * times);
  };
  const take = (event: TargetedPointerEvent<HTMLElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    dragged.current = { x: event.clientX, y: event.clientY };
  };
  const drag = ({ clientX: x, clientY: y }: PointerEvent) => {
    const from = dragged.current;
    if (!from) return;
    move((x - from.x) / drawn.unit, (y - from.y) / drawn.unit);
    dragged.current = { x, y };
  };
  return (
    <div class="sqv-tune-photo" style={inPixels({ width: drawn.room[0], height: drawn.room[1] })}>
      <PictureBox picture={photo.original} style={inPixels(drawn.photo)} draggable={false} />
      <div
        class="sqv-frame"
        tabIndex={0}
        role="application"
        aria-label="Place of the crop: arrow keys move it"
        style={inPixels(drawn.crop)}
        onKeyDown={press}
        onPointerDown={take}
        onPointerMove={drag}
        onLostPointerCapture={() => {
          dragged.current = null;
        }}
      />
    </div>
  );
}

function Answer() {
  const { networks, traits, preprocessings } = useStore();
  const said = useCalm(() => {
    if (!Object.keys(traits.get("tuned")).length) return null;
    const { known, before, problem } = preprocessings.comparedWith(YOURS);
    return { answer: known ?? before, problem };
  });
  const best = said?.answer?.ranking[0];
  const words =
    best === undefined
      ? "Drag the crop, or move a slider: the answer follows."
      : `${networks.label(best).label}, ${percent(said?.answer?.probabilities[best] ?? 0)}`;
  return (
    <p class={said?.problem ? "sqv-tune-said sqv-card-problem" : "sqv-tune-said"} role="status">
      {said?.problem || words}
    </p>
  );
}

function Fields({ how }: { how: How }) {
  const store = useStore();
  const [tall, wide] = tuning.bothOf(how.crop_px);
  const size = tuning.bothOf(how.resize_px);
  return (
    <div class="sqv-tune-fields">
      <Choices how={how} change={(change) => tune(store, change)} />
      <Slider
        name="resize to"
        range={[Math.min(LEAST_PX, Math.max(tall, wide)), MOST_PX]}
        value={Math.max(...size)}
        text={`${sizeText(size)} px`}
        set={(longer) => tune(store, (now) => tuning.withSize(now, longer))}
        isHidden={how.resize === "none"}
      />
      {tuning.meansOf(how).map(({ name, value }, channel) => (
        <Slider
          key={channel}
          name={name}
          range={[0, 255]}
          value={value}
          text={value.toFixed(1)}
          set={(level) => tune(store, (now) => tuning.withMean(now, channel, level))}
        />
      ))}
    </div>
  );
}
