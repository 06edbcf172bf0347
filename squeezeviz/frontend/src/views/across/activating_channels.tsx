import { useComputed } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { newId } from "../../host/ids.ts";
import type { Activating } from "../../store/types.ts";
import { grouped, signed } from "../../ui/format.ts";
import { useLater, useStore } from "../../ui/store.ts";

const TITLE =
  "Channels whose mean over this class's photos lies furthest above that over all photos, in standard deviations of photos";

/** The channels of all layers that activate on the chosen class across a data set; each can be chosen. */
export function ActivatingChannels() {
  const { networks, photos } = useStore();
  const { across } = useLater();
  const isShown = useComputed(() => {
    const isOffered = networks.setting().abilities?.includes("atlas") && across.atlas()?.classes.length;
    return Boolean(isOffered && photos.photo());
  }).value;
  return (
    <div class="sqv-dataset" hidden={!isShown}>
      {isShown && (
        <>
          <OfClass />
          <Search />
        </>
      )}
    </div>
  );
}

function OfClass() {
  const { networks, photos, selection } = useStore();
  const { across } = useLater();
  const last = useRef(0);
  // The most probable class changes with every frame of the camera.
  const index = useComputed(() => (photos.photo()?.isLive ? null : selection.classIndex())).value ?? last.current;
  last.current = index;
  const { known, problem } = across.activatingChannels(index);
  const count = known && `in ${grouped(known.photos)} ${known.photos === 1 ? "photo" : "photos"}`;
  return (
    <>
      <div class="sqv-spread sqv-sub">
        <b title={TITLE}>{`Activates on ${networks.label(index).label}`}</b>
        <span class="sqv-quiet">{count}</span>
      </div>
      {known && <Rows rows={known.rows} />}
      <p class="sqv-quiet" hidden={!problem}>
        {problem}
      </p>
    </>
  );
}

function Rows({ rows }: Pick<Activating, "rows">) {
  const { networks, selection } = useStore();
  const [chosen, channel] = [networks.layer()?.name, selection.channel()];
  const most = Math.max(...rows.map(({ standing }) => standing), 1e-9);
  return (
    <div class="sqv-activating">
      {rows.map((row) => (
        <button
          key={`${row.layer} ${row.channel}`}
          type="button"
          class="sqv-activates"
          aria-pressed={row.layer === chosen && row.channel === channel}
          data-to={`${row.layer} ${row.channel}`}
          title={`${row.layer}, channel ${row.channel}: ${row.standing.toFixed(2)} standard deviations above its mean over all photos`}
          onClick={() => selection.chooseLayer(row.layer, row.channel)}
        >
          <span class="sqv-cut-off">{row.layer}</span>
          <span class="sqv-num">{row.channel}</span>
          <i aria-hidden="true">
            <i style={{ width: `${(100 * Math.max(0, row.standing)) / most}%` }} />
          </i>
          <span class="sqv-num sqv-quiet">{`${signed(row.standing, 1)} σ`}</span>
        </button>
      ))}
    </div>
  );
}

/** A class is chosen as soon as its whole name stands there. */
function Search() {
  const { networks, selection } = useStore();
  const { across } = useLater();
  const id = useMemo(() => `sqv-classes-${newId()}`, []); // on a page of several kernels, too
  const classes = across.atlas()?.classes ?? [];
  const find = (input: HTMLInputElement) => {
    const wanted = input.value.trim().toLowerCase();
    const found = classes.find((index) => networks.label(index).label.toLowerCase() === wanted);
    if (found === undefined) return;
    selection.chooseClass(found);
    input.value = "";
  };
  return (
    <>
      <datalist id={id}>
        {classes.map((index) => (
          <option key={index} value={networks.label(index).label} />
        ))}
      </datalist>
      <input
        class="sqv-field"
        type="search"
        list={id}
        aria-label="Search the classes of the data set"
        placeholder={`Search ${grouped(classes.length)} classes`}
        onInput={({ currentTarget }) => find(currentTarget)}
        onKeyDown={(event) => event.stopPropagation()}
      />
    </>
  );
}
