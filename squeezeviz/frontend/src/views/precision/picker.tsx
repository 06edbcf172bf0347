import type { Chosen } from "../../store/precision.ts";
import { useStore } from "../../ui/store.ts";

const KINDS: { value: Chosen; text: string; title: string }[] = [
  { value: "fp32", text: "FP32", title: "As the file has it" },
  { value: "fp16", text: "FP16", title: "Half precision, emulated: processors compute it in float32" },
  { value: "int8", text: "INT8", title: "8-bit integers, with ranges from the photos on this page" },
];

/** The precisions that the network may be held against, and models of one's own that stand for one. */
export function usePrecisions() {
  const { precision } = useStore();
  const files = precision.files().map(({ name }) => ({ value: name, text: name, title: "A model of this page" }));
  return { kinds: KINDS, files };
}

/** In which precision the network is looked at, to choose from beside the preprocessing. */
export function PrecisionPicker() {
  const { networks, precision } = useStore();
  const { kinds, files } = usePrecisions();
  const option = ({ value, text, title }: (typeof KINDS)[number]) => (
    <option key={value} value={value} title={title}>
      {text}
    </option>
  );
  return (
    <label
      class="sqv-precision-picker"
      title="What the network loses in it, on the photos of this page; another file: open it as a model first"
      hidden={!networks.can("precision")}
    >
      <span class="sqv-quiet">precision</span>
      <select
        class="sqv-select"
        aria-label="Precision"
        value={precision.chosen()}
        onChange={({ currentTarget }) => {
          precision.choose(currentTarget.value);
          precision.showDifference(true);
        }}
      >
        {kinds.map(option)}
        {files.length > 0 && <optgroup label="the network in a file">{files.map(option)}</optgroup>}
      </select>
    </label>
  );
}
