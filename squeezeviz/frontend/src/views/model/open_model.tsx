import { useEffect, useRef } from "preact/hooks";
import { megabytes } from "../../store/arrival.ts";
import { Icon } from "../../ui/Icon.tsx";
import { useStore } from "../../ui/store.ts";

/** Any file may be chosen: what is no model is told how it becomes one. */
const TITLE =
  "An ONNX file, with its weights where they lie beside it, or both files of a Caffe2 network. Or drop them anywhere on the page";

/** A model of one's own, chosen from the disk. */
export function OpenModel() {
  const store = useStore();
  const file = useRef<HTMLInputElement>(null);
  return (
    <span hidden={!store.networks.can("open-model")}>
      <button class="sqv-button sqv-open-model" type="button" title={TITLE} onClick={() => file.current?.click()}>
        Open a model…
      </button>
      <input
        ref={file}
        type="file"
        multiple
        class="sqv-file"
        tabIndex={-1}
        aria-hidden="true"
        onChange={({ currentTarget: input }) => {
          void store.upload([...(input.files ?? [])]);
          input.value = ""; // so that the same file can be chosen again
        }}
      />
    </span>
  );
}

/** The model that is on its way, and how far it is; Esc ends it. */
export function Arriving() {
  const { arrival } = useStore();
  const now = arrival.now();
  const isComing = now !== null;
  useEffect(() => {
    if (!isComing) return;
    const press = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      arrival.leave();
    };
    // Wherever the focus is: after something was dropped it is nowhere.
    document.addEventListener("keydown", press, { capture: true });
    return () => document.removeEventListener("keydown", press, { capture: true });
  }, [isComing, arrival]);
  return (
    <section class="sqv-arriving" aria-label="A model on its way" hidden={!now}>
      <span role="status">
        <b>{now?.name}</b> {now?.isLoading ? "is here; the network is being read …" : "is on its way"}
      </span>
      <progress
        aria-label="How much of it is here"
        max={now?.total || 1}
        value={now?.isLoading ? undefined : (now?.bytes ?? 0)}
      />
      <span class="sqv-quiet sqv-num">{now && `${megabytes(now.bytes)} of ${megabytes(now.total)}`}</span>
      <button class="sqv-button" type="button" title="Or press Esc" onClick={() => arrival.leave()}>
        <Icon name="close" />
        Cancel
      </button>
    </section>
  );
}
