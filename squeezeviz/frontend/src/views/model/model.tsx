import { Icon } from "../../ui/Icon.tsx";
import { useStore } from "../../ui/store.ts";

/** Which model answers, to choose from. */
export function ModelPicker() {
  const { networks } = useStore();
  const network = networks.network();
  const answering = network?.name ?? "";
  const isWaiting = networks.isChoosing() || !answering;
  const title = answering ? `It knows ${network?.label_space}` : "";
  return (
    <label class="sqv-pick">
      <span class="sqv-quiet">model</span>
      {networks.can("models") ? (
        <select
          class="sqv-select sqv-model"
          aria-label="Model"
          title={title}
          value={isWaiting ? "" : answering}
          onChange={(event) => networks.use(event.currentTarget.value)}
        >
          {isWaiting && (
            <option key="" value="" disabled>
              {networks.isChoosing() || !network ? "loading the model …" : "no model"}
            </option>
          )}
          {offered(answering, networks.setting().models).map(({ name, label_space: labelSpace }) => (
            <option key={name} value={name} title={labelSpace && `knows ${labelSpace}`}>
              {name}
            </option>
          ))}
        </select>
      ) : (
        <strong title={title}>{answering}</strong>
      )}
    </label>
  );
}

/** One that answers and is not on offer is there all the same. */
function offered<Model extends { name: string }>(answering: string, models: Model[]) {
  const isOffered = !answering || models.some(({ name }) => name === answering);
  return isOffered ? models : [{ name: answering, label_space: "" }, ...models];
}

/** Whatever a person must know of the model before believing it: that it stands in for another, or why there is none. */
export function ModelNotice() {
  const store = useStore();
  const network = store.networks.network();
  const fallback = network?.fallback;
  return (
    <div>
      <section class="sqv-fallback" role="alert" aria-label="Another model stands in" hidden={!fallback}>
        <Icon name="warn" />
        <div>
          <span>{fallback?.headline}</span>
          <details>
            <summary>Why, and how to get the other</summary>
            <p class="sqv-details">{fallback?.details}</p>
          </details>
        </div>
      </section>
      <div class="sqv-notice" role="alert" hidden={!network?.error}>
        {network?.error}
      </div>
      <div class="sqv-notice" role="alert" hidden={!store.isSilent()}>
        The kernel does not answer: it is busy, or was restarted. What is here stays; to go on, run the cell again.
      </div>
    </div>
  );
}
