import type { IntegerNumber } from "../../protocol.ts";
import { layerNamed } from "../../store/layers.ts";
import type { Store } from "../../store/store.ts";
import { useCalm } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";
import { chosenOf } from "../channel/chosen.ts";
import { handedOn, numberOf, stepsOf, whole } from "./words.ts";

/** The chosen cell's number as a quantised network computes it: scale, zero point, rounding, saturation. */
export function InIntegers() {
  const store = useStore();
  const said = useCalm(() => shown(store));
  if (!said) return null;
  const { step, asked, handedOn, isBesideAblated } = said;
  const { known, before, problem } = asked ?? NOTHING;
  const made = problem ? null : (known ?? before);
  return (
    <section class={`sqv-integers ${asked && !known && !problem ? "sqv-late" : ""}`} aria-label="In whole numbers">
      <div class="sqv-spread sqv-sub">
        <b>{`In ${store.precision.name()}`}</b>
        <span class="sqv-quiet">{`${step.layer}, channel ${step.channel}, cell\u00a0${step.cell.join(",\u00a0")}${isBesideAblated ? ", nothing ablated" : ""}`}</span>
      </div>
      {(problem || handedOn) && (
        <p class="sqv-quiet" role="status">
          {problem || handedOn}
        </p>
      )}
      {made && <Opened made={made} />}
    </section>
  );
}

const NOTHING = { known: null, before: null, problem: "" };

/** Null where the network in low precision has no integers, or is not there yet. */
function shown(store: Store) {
  const { precision, selection } = store;
  const chosen = chosenOf(store);
  if (!chosen || !precision.hasIntegers()) return null;
  const step = numberOf(chosen.network, chosen.layer, chosen.channel, selection.cell());
  const layer = layerNamed(chosen.network, step.layer);
  const isBesideAblated = precision.isBesideAblated();
  if (layer?.kind === "convolution") {
    const asked = precision.integers(step);
    return asked && { step, isBesideAblated, asked, handedOn: "" };
  }
  return { step, isBesideAblated, asked: null, handedOn: handedOn(precision.layer(step.layer)) };
}

function Opened({ made }: { made: IntegerNumber }) {
  return (
    <>
      <ol class="sqv-integer-steps">
        {stepsOf(made).map(({ name, text, isCut }) => (
          <li key={name} class={isCut ? "sqv-is-cut" : undefined}>
            <span class="sqv-quiet">{name}</span>
            <span class="sqv-num">{text}</span>
          </li>
        ))}
      </ol>
      <table class="sqv-integer-terms">
        <caption class="sqv-visually-hidden">Its largest products</caption>
        <thead>
          <tr>
            {["from", "code", "weight", "product"].map((text) => (
              <th key={text} scope="col">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {made.terms.map(({ channel, cell, code, weight, product }) => (
            <tr key={`${channel} ${cell}`}>
              <th scope="row">{`${channel} at ${cell.join(", ")}`}</th>
              <td>{code}</td>
              <td>{whole(weight)}</td>
              <td>{whole(product)}</td>
            </tr>
          ))}
          {made.count > made.terms.length && (
            <tr>
              <th scope="row">{`${made.count - made.terms.length} others`}</th>
              <td />
              <td />
              <td>{whole(made.remainder)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </>
  );
}
