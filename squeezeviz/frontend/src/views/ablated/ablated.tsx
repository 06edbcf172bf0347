import type { Store } from "../../store/store.ts";
import { fixed, percent } from "../../ui/format.ts";
import { useCalm } from "../../ui/hooks.ts";
import { Icon } from "../../ui/Icon.tsx";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import { useStore } from "../../ui/store.ts";
import { type Row, rowsOf } from "./layout.ts";

const FILLS = [
  { value: "zero", text: "zero", title: "Nothing at all stands in their place" },
  { value: "mean", text: "mean", title: "Each map's own mean, everywhere: how much stays, where is lost" },
] as const;

/** What is ablated, each to be put back, and what that did to the answer. It stays for other layers and photos. */
export function AblatedChannels() {
  const { networks, selection, traits } = useStore();
  const rows = rowsOf(selection.ablated(), networks.network());
  return (
    <section class="sqv-ablated-bar" aria-label="Ablated" hidden={!rows.length}>
      <b>Ablated</b>
      <span class="sqv-ablated-list">
        {rows.map((row) => (
          <Restorable key={row.layer} row={row} />
        ))}
      </span>
      <RadioGroup
        label="What stands in their place"
        options={FILLS}
        value={traits.get("ablation_fill")}
        choose={(value) => traits.set({ ablation_fill: value })}
        class="sqv-ablated-fill"
      />
      <Effect />
      <button class="sqv-button" type="button" onClick={() => selection.restoreAll()}>
        Restore all
      </button>
    </section>
  );
}

function Restorable({ row: { layer, name, buttons } }: { row: Row }) {
  const { selection } = useStore();
  return (
    <>
      <span class="sqv-quiet">{name}</span>
      {buttons.map(({ text, says, channels }) => (
        <button
          key={text}
          class="sqv-ablated-channel"
          type="button"
          aria-label={says}
          onClick={() => selection.toggleAblated(layer, channels)}
        >
          {text}
          <Icon name="close" />
        </button>
      ))}
    </>
  );
}

function Effect() {
  const store = useStore();
  const said = useCalm(() => effectOf(store));
  return (
    <span role="status" aria-live="polite">
      {said && (
        <>
          {said.before}
          <b>{said.now}</b>
          {said.logits}
          {said.best && <b class="sqv-adds-more">{said.best}</b>}
        </>
      )}
    </span>
  );
}

/** What became of the class that was the most probable one; null while that is not known. */
function effectOf({ photos, networks }: Store) {
  const photo = photos.photo();
  const before = photo?.untouched;
  const best = before?.ranking[0];
  if (!photo || !before || best === undefined) return null;
  const now = photo.ranking[0] ?? best;
  const at = (values: ArrayLike<number>, index = best) => values[index] ?? 0;
  return {
    before: `${networks.label(best).label} ${percent(at(before.probabilities))} → `,
    now: percent(at(photo.probabilities)),
    logits: `, logit ${fixed(at(before.logits))} → ${fixed(at(photo.logits))}`,
    best: now === best ? "" : `; now ${networks.label(now).label} ${percent(at(photo.probabilities, now))}`,
  };
}
