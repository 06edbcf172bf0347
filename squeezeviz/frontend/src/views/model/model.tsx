import { megabytes } from "../../store/arrival.ts";
import type { Setting } from "../../store/types.ts";
import { Icon } from "../../ui/Icon.tsx";
import { useStore } from "../../ui/store.ts";

/** Which model answers, to choose from. */
export function ModelPicker() {
  const { networks } = useStore();
  const network = networks.network();
  const answering = network?.name ?? "";
  const isWaiting = networks.isChoosing() || !answering;
  const title = answering ? `It knows ${network?.label_space}` : "";
  const models = offered(answering, networks.setting().models);
  const recent = models.filter(({ used }) => used);
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
          <Options models={models.filter(({ used }) => !used)} />
          {recent.length > 0 && (
            <optgroup label="Recent">
              <Options models={recent} />
            </optgroup>
          )}
        </select>
      ) : (
        <strong title={title}>{answering}</strong>
      )}
    </label>
  );
}

type Model = Setting["models"][number];

/** A model of one's own has a size and a digest beside its name: two files are easily called the same. */
function Options({ models }: { models: Model[] }) {
  return (
    <>
      {models.map(({ name, label_space: labelSpace, size_bytes: bytes, sha256, used }) => (
        <option
          key={name}
          value={name}
          title={[labelSpace && `knows ${labelSpace}`, when(used)].filter(Boolean).join("; ")}
        >
          {[name, bytes ? megabytes(bytes) : "", sha256.slice(0, DIGITS)].filter(Boolean).join(" · ")}
        </option>
      ))}
    </>
  );
}

const DIGITS = 8;
const when = (used: string): string => (used ? `last used ${new Date(used).toLocaleString()}` : "");

/** One that answers and is not on offer is there all the same. */
function offered(answering: string, models: Model[]): Model[] {
  const isOffered = !answering || models.some(({ name }) => name === answering);
  return isOffered ? models : [{ name: answering, label_space: "", sha256: "", size_bytes: 0, used: "" }, ...models];
}

/** Whatever a person must know of the model before believing it: that it stands in for another, or why there is none. */
export function ModelNotice() {
  const store = useStore();
  const network = store.networks.network();
  const fallback = network?.fallback;
  return (
    <div class="sqv-model-notices">
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
      <div class="sqv-notice" role="alert" hidden={!store.networks.error()}>
        <span>{store.networks.error()}</span>
        <button class="sqv-close" type="button" aria-label="Dismiss" onClick={() => store.networks.forgiven()}>
          <Icon name="close" />
        </button>
      </div>
      <Silent />
    </div>
  );
}

function Silent() {
  const store = useStore();
  const { words, remedy, begin } = store.silence();
  return (
    <div class="sqv-notice sqv-silent" role="alert" hidden={!store.isSilent()}>
      <span>{words}</span>
      {remedy && (
        <button class="sqv-button" type="button" onClick={begin}>
          {remedy}
        </button>
      )}
    </div>
  );
}
