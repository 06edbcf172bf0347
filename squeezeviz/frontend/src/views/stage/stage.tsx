import type { ReadonlySignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { look } from "../../draw/theme.ts";
import { fieldsOf, sizeText } from "../../store/layers.ts";
import type { Store } from "../../store/store.ts";
import { useDrawing, useWidth } from "../../ui/hooks.ts";
import { PictureBox } from "../../ui/PictureBox.tsx";
import type { PartProps } from "../../ui/part.ts";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import { useStore } from "../../ui/store.ts";
import { LiveBar } from "../camera/camera.tsx";
import { EditButton } from "../edit/edit_button.tsx";
import { EditLayer, EditPaper } from "../edit/edit_layer.tsx";
import { EditPanel } from "../edit/edit_panel.tsx";
import type { Destination } from "../edit/focus.ts";
import { editKey } from "../edit/keys.ts";
import { type ClassMap, drawScene, type Scene } from "./draw.ts";
import { boxesOf, type Mapping, mapPlace, mappingOf, sourceOf } from "./layout.ts";

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
  const { traits, moving } = useStore();
  const { ref, width } = useWidth<HTMLDivElement>();
  const next = useRef<Destination>(null);
  const left = () => {
    next.current = "button";
  };
  return (
    <section
      ref={element}
      class="sqv-photo"
      aria-label="Photo"
      onKeyDown={hasCells ? (event) => editKey(moving, event, left) : undefined}
    >
      <RadioGroup
        label="View of the photo"
        options={VIEWS}
        value={traits.get("view")}
        choose={(view) => traits.set({ view })}
        class="sqv-wide"
      />
      <div ref={ref} class="sqv-stage">
        <Picture />
        {hasCells && <EditPaper />}
        <Over side={width} hasCells={hasCells} />
        {hasCells && <EditLayer next={next} />}
      </div>
      <LiveBar />
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

function Picture() {
  const { photos, traits } = useStore();
  const photo = photos.photo();
  if (!photo) return <img alt="" class="sqv-picture" />;
  if (traits.get("view") !== "seen")
    return <PictureBox picture={photo.original} alt={photo.name} class="sqv-picture" />;
  return (
    <PictureBox picture={photo.seen} alt={`${photo.name} as the network sees it`} class="sqv-picture sqv-pixels" />
  );
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

function Over({ side, hasCells }: { side: ReadonlySignal<number>; hasCells: boolean }) {
  const store = useStore();
  const drawn = useRef("");
  const over = useDrawing((canvas) => {
    const map = side.value ? mapOf(store, side.value) : null;
    if (!map) return;
    const scene = sceneOf(store, map, side.value, hasCells);
    const cam = camOf(store, map);
    // A frame of the camera seldom moves what is drawn over it.
    const key = JSON.stringify([devicePixelRatio, look(), scene]);
    if (!cam && key === drawn.current) return;
    drawn.current = cam ? "" : key;
    drawScene(canvas, scene, cam);
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
function fieldsIn({ networks, tensors, selection, photos, moving }: Store, map: Mapping) {
  const [network, layer] = [networks.network(), networks.layer()];
  // Over a photo that is being painted on, boxes would only be in the way.
  const isPainted = photos.photo()?.isEdit && moving.edit.status() === "on";
  if (!network || !layer || !tensors.shown() || isPainted) return { boxes: [], words: "" };
  const looked = selection.looked();
  const source = sourceOf(network, layer, looked);
  return { boxes: boxesOf(map, source, looked.cell), words: `${sizeText(fieldsOf(source).most)} px` };
}

function camOf({ traits, networks, tensors, selection }: Store, map: Mapping): ClassMap | null {
  const layer = traits.get("cam") ? networks.cams() : null;
  const tensor = layer && tensors.of(layer.name);
  const place = layer && mapPlace(map, layer);
  return tensor && place && { tensor, index: selection.classIndex(), palette: traits.get("palette"), place };
}
