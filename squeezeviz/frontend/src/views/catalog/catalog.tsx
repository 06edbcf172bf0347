import { useComputed } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Grown } from "../../store/types.ts";
import { amount, grouped } from "../../ui/format.ts";
import { useSettled } from "../../ui/hooks.ts";
import { useLater, useStore } from "../../ui/store.ts";

const QUIET_MS = 120;
const TITLE = "Pictures grown to excite this channel: they show what it grows with, not what it stands for";

/** What would excite the chosen channel most: the pictures that a catalogue has of it. */
export function FromCatalog() {
  const { networks, photos } = useStore();
  const isShown = useComputed(() => Boolean(networks.setting().abilities?.includes("catalog") && photos.photo())).value;
  return (
    <div class="sqv-catalog" hidden={!isShown}>
      {isShown && <Channel />}
    </div>
  );
}

/** While somebody steps through channels, those in between are not asked for, and the last one that is known stays. */
function Channel() {
  const { networks, selection } = useStore();
  const { catalog } = useLater();
  const last = useRef<Grown | null>(null);
  const [layer, channel] = [networks.layer()?.name ?? "", selection.channel()];
  const due = `${layer} ${channel}`;
  const isSettled = useSettled(due, QUIET_MS) === due;
  const { known, problem } = isSettled && layer ? catalog.channel(layer, channel) : { known: null, problem: "" };
  if (known) last.current = known;
  const shown = problem ? null : last.current;
  const about = shown?.catalog
    ? `${shown.catalog}, ${grouped(shown.steps)} steps. ${shown.pictures.length ? "A click shows a picture to the network." : ""}`
    : "";
  return (
    <>
      <div class="sqv-spread sqv-sub">
        <b title={TITLE}>From the catalogue</b>
      </div>
      <div class={isSettled && !known ? "sqv-late" : undefined}>{shown && <Known known={shown} />}</div>
      <p class="sqv-quiet" hidden={!about}>
        {about}
      </p>
      <p class="sqv-quiet" hidden={!problem}>
        {problem}
      </p>
    </>
  );
}

function Known({ known }: { known: Grown }) {
  if (!known.catalog)
    return (
      <p class="sqv-quiet">
        <code>squeezeviz catalog MODEL -o my.catalog</code> grows a picture for every channel; then{" "}
        <code>explore(…, catalog='my.catalog')</code>
      </p>
    );
  return (
    <>
      <div class="sqv-catalog-pictures">
        {known.pictures.map((_, at) => (
          <Picture key={`${known.layer} ${known.channel} ${at}`} known={known} at={at} />
        ))}
      </div>
      <p class="sqv-quiet" hidden={!known.trouble}>
        {known.trouble}
      </p>
      <OwnLink known={known} />
    </>
  );
}

/** What opens the explorer at this channel, wherever an address leads to the page. */
function OwnLink({ known }: { known: Grown }) {
  const address = useStore().links.ofChannel(known.layer, known.channel);
  return (
    <p class="sqv-quiet" hidden={!address}>
      <a href={address || undefined} title="Its address opens the explorer here">
        Link to channel {known.channel} of {known.layer}
      </a>
    </p>
  );
}

/** What it does to the channel: not every picture that was grown to excite one does. */
function wordsOf({ is_negative: isNegative, value }: Grown["pictures"][number]): string {
  const mean = `mean ${amount(value)}`;
  return isNegative ? `silences it: ${mean}` : value > 0 ? `excites it: ${mean}` : `does not excite it: ${mean}`;
}

/** A picture, which goes onto the stage as any photo does. */
function Picture({ known, at }: { known: Grown; at: number }) {
  const { catalog } = useLater();
  const picture = known.pictures[at];
  const file = picture?.file;
  const url = useMemo(() => (file ? URL.createObjectURL(file) : ""), [file]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  if (!picture) return null;
  const said = wordsOf(picture);
  return (
    <button
      class="sqv-catalog-picture"
      type="button"
      title="Click to look at this picture"
      aria-label={`Picture ${at + 1} of channel ${known.channel}. ${said}`}
      onClick={() => catalog.visit(known, at)}
    >
      <img src={url} alt="" />
      <span class="sqv-quiet">{said}</span>
    </button>
  );
}
