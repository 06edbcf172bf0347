import { useComputed } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Across, Tensor, TopExample } from "../../store/types.ts";
import { amount, grouped } from "../../ui/format.ts";
import { useCalm, useDrawing, useSettled, useWidth } from "../../ui/hooks.ts";
import { SmallMap } from "../../ui/SmallMap.tsx";
import { useLater, useStore } from "../../ui/store.ts";
import { paintHistogram } from "./draw.ts";
import { classWords, histogramWords, layoutHistogram, markIn } from "./layout.ts";

const [QUIET_MS, CROP_PX] = [120, 48];

/**
 * What excites the chosen channel in other photos: its strongest cells across a data set, how many photos reach which
 * value and where this one stands among them, the classes it activates on, and the channels most like it.
 */
export function AcrossDataSet() {
  const { networks, photos } = useStore();
  const { across } = useLater();
  const isShown = useComputed(() => Boolean(networks.setting().abilities?.includes("atlas") && photos.photo())).value;
  const atlas = across.atlas();
  const about = atlas ? `${grouped(atlas.photos)} photos, ${atlas.name}` : "";
  return (
    <div class="sqv-dataset" hidden={!isShown}>
      <div class="sqv-spread sqv-sub">
        <b>Across the data set</b>
        <span class="sqv-quiet sqv-clip" title={about}>
          {about}
        </span>
      </div>
      {isShown && (atlas ? <Channel /> : <Invitation />)}
    </div>
  );
}

function Invitation() {
  return (
    <p class="sqv-quiet">
      What excites this channel in other photos? <code>squeezeviz atlas FOLDER -o my.atlas</code> finds out; then{" "}
      <code>explore(…, atlas='my.atlas')</code>
    </p>
  );
}

/** While somebody steps through channels, those in between are not asked for, and the last one that is known stays. */
function Channel() {
  const { networks, selection } = useStore();
  const { across } = useLater();
  const last = useRef<Across | null>(null);
  const [layer, channel] = [networks.layer()?.name ?? "", selection.channel()];
  const due = `${layer} ${channel}`;
  const isSettled = useSettled(due, QUIET_MS) === due;
  const { known, problem } = isSettled ? across.channel(layer, channel) : { known: null, problem: "" };
  if (known) last.current = known;
  const shown = problem ? null : last.current;
  return (
    <>
      {shown && (
        <div class={isSettled && !known ? "sqv-late" : undefined}>
          <Known known={shown} />
        </div>
      )}
      <p class="sqv-quiet" hidden={!problem}>
        {problem}
      </p>
    </>
  );
}

function Known({ known }: { known: Across }) {
  const { photos, tensors } = useStore();
  const shown = useCalm(() => tensors.shown());
  const tensor = shown?.layer === known.layer ? shown : null;
  const preset = useComputed(() => photos.photo()?.preset).value;
  const others = preset !== known.preset && `The data set was preprocessed by ${known.preset}.`;
  const words = [classWords(known), others].filter(Boolean).join(" ");
  return (
    <>
      <div class="sqv-crops">
        {known.strongest.map((example) => (
          <Example key={`${example.photo} ${example.cell}`} known={known} example={example} />
        ))}
        {!known.strongest.length && <p class="sqv-quiet">It activates on none of these photos.</p>}
      </div>
      {known.active_photos > 0 && <Peaks known={known} own={tensor && (tensor.max[known.channel] ?? 0)} />}
      <p class="sqv-quiet" hidden={!words}>
        {words}
      </p>
      {known.similar.length > 0 && <Alike known={known} tensor={tensor} />}
    </>
  );
}

/** A crop, which brings its photo and cell onto the page. */
function Example({ known, example }: { known: Across; example: TopExample }) {
  const { across } = useLater();
  const said = `${example.photo}: ${amount(example.value)} at cell ${example.cell.join(", ")}`;
  const mark = markIn(example.within);
  return (
    <button
      class="sqv-crop sqv-example"
      type="button"
      title={`${said}. Click to look at this photo`}
      aria-label={said}
      data-photo={example.photo}
      onClick={() => across.visit(known.layer, known.channel, example)}
    >
      <span class="sqv-cut">
        <span class="sqv-cut-box">
          <Crop crop={example.crop} />
          {mark && <i style={mark} />}
        </span>
      </span>
      <span>{amount(example.value)}</span>
    </button>
  );
}

/** It keeps its shape; of a small photo it may be smaller than it is shown. */
function Crop({ crop }: { crop: Blob }) {
  const url = useMemo(() => URL.createObjectURL(crop), [crop]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  const [[width, height], setSize] = useState<[number | undefined, number | undefined]>([undefined, undefined]);
  const fit = ({ naturalWidth, naturalHeight }: HTMLImageElement) => {
    const scale = CROP_PX / Math.max(naturalWidth, naturalHeight);
    setSize([Math.max(1, Math.round(naturalWidth * scale)), Math.max(1, Math.round(naturalHeight * scale))]);
  };
  return <img src={url} alt="" width={width} height={height} onLoad={({ currentTarget }) => fit(currentTarget)} />;
}

function Peaks({ known, own }: { known: Across; own: number | null }) {
  const { traits } = useStore();
  const { ref, width } = useWidth<HTMLDivElement>();
  const canvas = useDrawing((place) => {
    const histogram = layoutHistogram(known, own, width.value);
    if (histogram) paintHistogram(place, width.value, histogram, own, traits.get("palette"));
  });
  const [active, all] = [grouped(known.active_photos), grouped(known.photos)];
  return (
    <div>
      <div class="sqv-spread sqv-sub">
        <b>Photos by maximum</b>
        <span class="sqv-quiet">{active === all ? "activates on every one" : `activates on ${active} of ${all}`}</span>
      </div>
      <div ref={ref}>
        <canvas ref={canvas} role="img" aria-label={histogramWords(known, own)} data-own={own ?? ""} />
      </div>
    </div>
  );
}

const ALIKE =
  "Channels of this layer whose maxima rise and fall with this one's, photo by photo; their maps in this photo";

function Alike({ known, tensor }: { known: Across; tensor: Tensor | null }) {
  const { selection } = useStore();
  return (
    <div>
      <div class="sqv-spread sqv-sub">
        <b title={ALIKE}>Most alike</b>
        <span class="sqv-quiet">correlation</span>
      </div>
      <div class="sqv-crops">
        {known.similar.map(({ channel, correlation }) => (
          <button
            key={channel}
            class="sqv-crop"
            type="button"
            data-to={`${known.layer} ${channel}`}
            title={`Channel ${channel}`}
            aria-label={`Channel ${channel}, correlation ${correlation.toFixed(2)}`}
            onClick={() => selection.chooseChannel(channel)}
          >
            <SmallMap tensor={tensor} channel={channel} />
            <span>{correlation.toFixed(2).replace("-", "−")}</span>
            <span class="sqv-quiet">{channel}</span>
          </button>
        ))}
      </div>
    </div>
  );
}
