import { useRef } from "preact/hooks";
import { branchOf, fieldsOf } from "../../store/layers.ts";
import type { Store } from "../../store/store.ts";
import { amount } from "../../ui/format.ts";
import { useCalm } from "../../ui/hooks.ts";
import type { PartProps } from "../../ui/part.ts";
import { useStore } from "../../ui/store.ts";
import { ValueButton } from "../../ui/ValueButton.tsx";

const KEYS = [
  { keys: ["←", "→"], does: "channel" },
  { keys: ["[", "]"], does: "layer" },
  { keys: ["/"], does: "class" },
];

interface Props extends PartProps {
  /** Open the page of keys. */
  help: () => void;
}

/** What is pointed at, in words: for eyes at the foot of the page, and for assistive technology. */
export function ReadOut({ element, help }: Props) {
  const store = useStore();
  const last = useRef<ReturnType<typeof lookedAt>>(null);
  const said = useCalm(() => lookedAt(store)) ?? last.current;
  last.current = said;
  return (
    <footer ref={element} class="sqv-foot">
      <span class="sqv-read-out" role="status" aria-live={said?.isMoving ? "off" : "polite"}>
        {said && (
          <>
            <b>{said.step.layer}</b>
            <Fact name="channel" text={`${said.step.channel}`} />
            <Fact name="cell" text={said.step.cell.join(", ")} />
            <Fact name="sees" text={said.sees} />
            {" value "}
            <ValueButton text={amount(said.value)} step={said.step} fact="value" />
          </>
        )}
      </span>
      <span class="sqv-keys" aria-hidden="true">
        {KEYS.map(({ keys, does }) => (
          <span key={does}>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
            {` ${does}`}
          </span>
        ))}
      </span>
      <button
        class="sqv-all-keys"
        type="button"
        aria-label="All keys"
        title="What every key and finger does"
        onClick={help}
      >
        <kbd>?</kbd> all keys
      </button>
    </footer>
  );
}

function Fact({ name, text }: { name: string; text: string }) {
  return (
    <>
      {` ${name} `}
      <b data-fact={name}>{text}</b>
    </>
  );
}

/** The number that is looked at; null while its layer is on its way. */
function lookedAt({ tensors, networks, selection, photos }: Store) {
  const [tensor, network, layer] = [tensors.shown(), networks.network(), networks.layer()];
  if (!tensor || !network || !layer || tensor.layer !== layer.name) return null;
  const { channel, cell } = selection.looked();
  const [, height, width] = tensor.shape;
  const [tall, wide] = fieldsOf(branchOf(network, layer, channel)).most;
  return {
    step: { layer: layer.name, channel, cell },
    value: tensor.values[(channel * height + cell[0]) * width + cell[1]] ?? 0,
    sees: tall ? `${tall} × ${wide} px` : "not known",
    isMoving: photos.photo()?.isMoving === true,
  };
}
