import type { TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { whenDrawn } from "../../draw/scheduler.ts";
import type { Entry, Photo } from "../../store/types.ts";
import { grouped, percent } from "../../ui/format.ts";
import { useCalm } from "../../ui/hooks.ts";
import { Icon } from "../../ui/Icon.tsx";
import { PictureBox } from "../../ui/PictureBox.tsx";
import { useStore } from "../../ui/store.ts";

/** The photos so far, to step through; those at work, and those that failed, with the reason where it happened. */
export function Strip() {
  return (
    <div class="sqv-photos">
      <Failures />
      <Tiles />
      <Queued />
    </div>
  );
}

function Failures() {
  const { photos } = useStore();
  return (
    <div class="sqv-failures" role="alert">
      {photos.failures().map(({ id, message }) => (
        <div key={id} class="sqv-failure">
          <Icon name="warn" />
          <span>{message}</span>
          <button class="sqv-close" type="button" aria-label="Dismiss" onClick={() => photos.dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}

/** Many that were dropped at once come one after the other. */
function Queued() {
  const left = useStore().uploads.left();
  return (
    <p class="sqv-quiet sqv-queued" role="status" hidden={!left}>
      {left === 1 ? "1 more photo waits for its turn …" : `${grouped(left)} more photos wait for their turn …`}
    </p>
  );
}

function Tiles() {
  const { photos, traits, networks } = useStore();
  const tiles = useRef(new Map<string, HTMLElement>());
  const entries = useCalm(() => photos.all());
  const chosen = traits.get("photo");
  const stop = entries.find(({ id, photo }) => photo && id === chosen) ?? entries.find(({ photo }) => photo);
  const press = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const to = placeOf(event.key, entries, chosen);
    if (to !== null) {
      event.preventDefault();
      event.stopPropagation();
      const entry = entries[to];
      if (!entry?.photo) return;
      traits.set({ photo: entry.id });
      tiles.current.get(entry.id)?.focus();
    } else if ((event.key === "Delete" || event.key === "Backspace") && networks.can("forget")) {
      event.preventDefault();
      if (chosen) photos.forget(chosen);
    }
  };
  return (
    <div class="sqv-strip" role="listbox" aria-label="Photos" aria-orientation="horizontal" onKeyDown={press}>
      {entries.map((entry) => (
        <Tile
          key={entry.id}
          entry={entry}
          isChosen={entry.id === chosen}
          isStop={entry === stop}
          keep={(element) => (element ? tiles.current.set(entry.id, element) : tiles.current.delete(entry.id))}
        />
      ))}
    </div>
  );
}

/** The place in the strip that a key leads to; null where it leads nowhere. */
export function placeOf(key: string, entries: { id: string }[], chosen: string): number | null {
  const at = entries.findIndex(({ id }) => id === chosen);
  const places: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: entries.length - 1 };
  const to = places[key];
  return to === undefined ? null : Math.min(Math.max(to, 0), entries.length - 1);
}

interface TileProps {
  entry: Entry;
  isChosen: boolean;
  isStop: boolean;
  keep: (element: HTMLElement | null) => void;
}

function Tile({ entry: { id, name, photo }, isChosen, isStop, keep }: TileProps) {
  const store = useStore();
  const own = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = own.current;
    if (isChosen && element) whenDrawn(() => bring(element)); // now, the page would be laid out for that alone
  }, [isChosen]);
  const said = photo && answerOf(photo, store.networks.label(photo.ranking[0] ?? 0).label);
  const change = store.precision.change(id);
  const classes = ["sqv-tile", !photo && "sqv-working", photo?.isLive && "sqv-live", photo?.isEdit && "sqv-edited"];
  return (
    <div
      ref={(element) => {
        own.current = element;
        keep(element);
      }}
      class={classes.filter(Boolean).join(" ")}
      role="option"
      data-id={id}
      aria-busy={photo ? undefined : true}
      aria-label={
        photo && said
          ? `${photo.name}: ${said.label}, ${said.p}${change ? `, in low precision ${change.after}` : ""}`
          : undefined
      }
      aria-selected={isChosen}
      tabIndex={isStop ? 0 : -1}
      onClick={() => store.traits.set({ photo: id })}
    >
      {photo && said ? (
        <>
          <PictureBox picture={photo.original} class="sqv-thumb" />
          <span class="sqv-tile-name" title={photo.name}>
            {said.label}
          </span>
          <span class="sqv-quiet">{said.p}</span>
          {change && <span class="sqv-tile-change">{`→ ${change.after}`}</span>}
        </>
      ) : (
        <>
          <span class="sqv-thumb" />
          <span class="sqv-tile-name">{name}</span>
          <span>{store.isSilent() ? "waiting" : "working…"}</span>
        </>
      )}
    </div>
  );
}

function answerOf(photo: Photo, label: string): { label: string; p: string } {
  return { label, p: percent(photo.probabilities[photo.ranking[0] ?? 0] ?? 0) };
}

/** Bring a tile into sight without moving the page. */
function bring(element: HTMLElement): void {
  const list = element.parentElement;
  if (!list) return;
  const left = element.offsetLeft - list.offsetLeft;
  const right = left + element.offsetWidth;
  if (left < list.scrollLeft) list.scrollLeft = left;
  else if (right > list.scrollLeft + list.clientWidth) list.scrollLeft = right - list.clientWidth;
}
