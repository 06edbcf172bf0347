import { type ReadonlySignal, useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { fullColour } from "../../draw/full_colour.ts";
import { look } from "../../draw/theme.ts";
import { fieldsOf, sizeText } from "../../store/layers.ts";
import type { Store } from "../../store/store.ts";
import { useDrawing, useWidth } from "../../ui/hooks.ts";
import { PictureBox } from "../../ui/PictureBox.tsx";
import type { PartProps } from "../../ui/part.ts";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import { useStore } from "../../ui/store.ts";
import { EditButton } from "../edit/edit_button.tsx";
import type { Destination } from "../edit/focus.ts";
import { editKey } from "../edit/keys.ts";
import { EditLayer, EditPanel, EditPaper, GrowBar, LiveBar } from "../late.tsx";
import { type ClassMap, drawScene, type PixelGradient, type Scene } from "./draw.ts";
import { boxesOf, type Mapping, mapPlace, mappingOf, sourceOf, zoomedIn } from "./layout.ts";
import { transformOf, type Zoom } from "./zoom.ts";
import { usePinch, useZoom, ZoomButtons } from "./zooming.tsx";

const VIEWS = [
  { value: "original", text: "Original" },
  { value: "seen", text: "As the network sees it" },
] as const;

interface Props extends PartProps {
  /** Whether to show what cells see, and to let the photo be edited. */
  hasCells: boolean;
}

/**
 * The photo on a square stage: as it is or as the network sees it; over it, what the cell that is looked at sees, as
 * nested boxes, one a path through the network; and the chosen class's own map.
 */
export function Stage({ hasCells, element }: Props) {
  const store = useStore();
  const { traits } = store;
  const { ref, width } = useWidth<HTMLDivElement>();
  const next = useRef<Destination>(null);
  const zooming = useZoom();
  const pinch = usePinch(zooming);
  const { zoom } = zooming;
  const isClose = useComputed(() => zoom.value.scale > 1).value;
  const left = () => {
    next.current = "button";
  };
  return (
    <section
      ref={element}
      class="sqv-photo"
      aria-label="Photo"
      onKeyDown={hasCells ? (event) => editKey(store, event, left) : undefined}
    >
      <RadioGroup
        label="View of the photo"
        options={VIEWS}
        value={traits.get("view")}
        choose={(view) => traits.set({ view })}
        class="sqv-wide"
      />
      <div class="sqv-stage-place">
        <div ref={ref} class={isClose ? "sqv-stage sqv-zoomed" : "sqv-stage"} {...pinch}>
          <Picture zoom={zoom} />
          {hasCells && <EditPaper />}
          <Over side={width} zoom={zoom} hasCells={hasCells} />
          {hasCells && <EditLayer next={next} />}
        </div>
        <ZoomButtons {...zooming} />
      </div>
      <LiveBar />
      <GrowBar />
      {hasCells ? (
        <div class="sqv-photo-foot">
          <Caption />
          <EditButton next={next} />
        </div>
      ) : (
        <Caption />
      )}
      {hasCells && <EditPanel next={next} />}
    </section>
  );
}

function Picture({ zoom }: { zoom: ReadonlySignal<Zoom> }) {
  const { photos, traits } = useStore();
  const photo = photos.photo();
  if (!photo) return <img alt="" class="sqv-picture" />;
  const style = { transform: transformOf(zoom.value) };
  if (traits.get("view") !== "seen")
    return <PictureBox picture={photo.original} alt={photo.name} class="sqv-picture" style={style} />;
  const alt = `${photo.name} as the network sees it`;
  return <PictureBox picture={photo.seen} alt={alt} class="sqv-picture sqv-pixels" style={style} />;
}

function Caption() {
  const store = useStore();
  const photo = store.photos.photo();
  if (!photo) return <div class="sqv-caption" />;
  const [tall, wide] = inputOf(store);
  const [width, height] = isSeen(store) ? [wide, tall] : photo.size;
  return (
    <div class="sqv-caption">
      <span class="sqv-name" title={photo.name}>
        {photo.name}
      </span>
      <span class="sqv-quiet">{`${width} × ${height} px`}</span>
      {photo.notes.length > 0 && <span class="sqv-quiet sqv-notes">{photo.notes.join("; ")}</span>}
    </div>
  );
}

interface OverProps {
  side: ReadonlySignal<number>;
  zoom: ReadonlySignal<Zoom>;
  hasCells: boolean;
}

function Over({ side, zoom, hasCells }: OverProps) {
  const store = useStore();
  const drawn = useRef("");
  const over = useDrawing((canvas) => {
    const whole = side.value ? mapOf(store, side.value) : null;
    if (!whole) return;
    const map = zoomedIn(whole, zoom.value, side.value);
    const scene = sceneOf(store, map, side.value, hasCells);
    const cam = camOf(store, map);
    // A frame of the camera seldom moves what is drawn over it.
    const gradient = hasCells ? gradientOf(store) : null;
    const key = JSON.stringify([devicePixelRatio, look(), scene]);
    const isSteady = !cam && !gradient;
    if (isSteady && key === drawn.current) return;
    drawn.current = isSteady ? key : "";
    drawScene(canvas, scene, cam, gradient);
  });
  return <canvas ref={over} class="sqv-over" aria-hidden="true" />;
}

const isSeen = ({ traits }: Store) => traits.get("view") === "seen";

/** Height and width of what the network gets. */
function inputOf({ networks }: Store): [number, number] {
  const [, tall, wide] = networks.network()?.input ?? [3, 227, 227];
  return [tall, wide];
}

function mapOf(store: Store, side: number): Mapping | null {
  const photo = store.photos.photo();
  return photo && mappingOf(photo, side, inputOf(store), isSeen(store));
}

function sceneOf(store: Store, map: Mapping, side: number, hasCells: boolean): Scene {
  const { picture, input } = map;
  const frame = isSeen(store) ? "none" : hasCells ? "dashed" : "whole";
  return { side, picture, input, frame, ...(hasCells ? fieldsIn(store, map) : { boxes: [], words: "" }) };
}

/** What the cell that is looked at sees. */
function fieldsIn(store: Store, map: Mapping) {
  const { networks, tensors, selection, photos } = store;
  const [network, layer] = [networks.network(), networks.layer()];
  // Over a photo that is being painted on, boxes would only be in the way.
  const isPainted = photos.photo()?.isEdit && store.later()?.moving.edit.status() === "on";
  if (!network || !layer || !tensors.shown() || isPainted) return { boxes: [], words: "" };
  const looked = selection.looked();
  const source = sourceOf(network, layer, looked);
  return { boxes: boxesOf(map, source, looked.cell), words: `${sizeText(fieldsOf(source).most)} px` };
}

/** Which pixels raise the value that is looked at; that of the one before, until it has been computed. */
function gradientOf({ cellGradient }: Store): PixelGradient | null {
  const { known, before, problem } = cellGradient.of() ?? NO_GRADIENT;
  const made = problem ? null : (known ?? before);
  if (!made) return null;
  return { values: made.values, shape: [made.shape[1], made.shape[2]], most: fullColour(made.values, true).most };
}

const NO_GRADIENT = { known: null, before: null, problem: "" };

function camOf({ traits, networks, classMaps, selection }: Store, map: Mapping): ClassMap | null {
  const layer = traits.get("cam") ? networks.cams() : null;
  const own = layer && classMaps.of(selection.classIndex());
  const place = layer && mapPlace(map, layer);
  return own && place && { ...own, palette: traits.get("palette"), place };
}
