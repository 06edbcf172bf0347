import { useSignal } from "@preact/signals";
import { isFigureFormat, isFigureView } from "../../figures/views.ts";
import type { FigureRequest } from "../../protocol.ts";
import type { Files } from "../../store/files.ts";
import { useLater, useStore } from "../../ui/store.ts";
import { CopyLink } from "../link/link.tsx";

/** What can be had as a figure, and what it is called. */
const VIEWS = [
  ["explorer", "the whole page"],
  ["maps", "feature maps"],
  ["photo", "photo"],
  ["prediction", "prediction"],
  ["network", "network"],
  ["channel", "channel"],
  ["kernels", "kernels"],
  ["arithmetic", "arithmetic of the cell"],
  ["drift", "other preprocessings"],
] as const;
const FORMATS = ["svg", "png", "pdf"] as const;
const MUCH_BYTES = 50e6;

/** What can be taken away: a link to what is shown, the page as one file, and figures for print. */
export function TakeAway() {
  const { networks, photos } = useStore();
  const { files } = useLater();
  const photo = photos.photo();
  const said = [
    wordsOf(files.of("page"), "putting the network and the photos together …"),
    wordsOf(files.of("figure"), "drawing …"),
  ].filter(Boolean);
  const isProblem = files.of("page").last?.problem || files.of("figure").last?.problem;
  // A frame that is gone is nothing to take away.
  return (
    <div class="sqv-send" hidden={!photo || photo.isLive}>
      <CopyLink />
      <button
        hidden={!networks.can("page")}
        class="sqv-button"
        type="button"
        title="This page with its photos, the network and every layer: one HTML file that works from disk, without Python or a network"
        disabled={files.of("page").isWorking}
        onClick={() => files.make({ kind: "page" })}
      >
        Send as one file
      </button>
      <Figures />
      <span class={isProblem ? "sqv-quiet sqv-problem" : "sqv-quiet"} role="status">
        {said.join("; ")}
      </span>
    </div>
  );
}

function Figures() {
  const { networks, photos, selection } = useStore();
  const { files } = useLater();
  const view = useSignal<FigureRequest["view"]>("explorer");
  const format = useSignal<FigureRequest["format"]>("svg");
  const make = () => {
    const shown = { channel: selection.channel(), cell: selection.cell(), class_index: selection.classIndex() };
    const what = { view: view.value, format: format.value }; // as chosen now, drawn or not
    files.make({ kind: "figure", name: "the figure", photo: photos.photo()?.id, ...what, ...shown });
  };
  // Without Python the page draws what it can by itself.
  const isAny = networks.can("all-figures");
  const formats = FORMATS.filter((name) => isAny || isFigureFormat(name));
  return (
    <span class="sqv-take" hidden={!networks.can("figure")}>
      <span class="sqv-quiet">Figure of</span>
      <Select
        label="What the figure shows"
        options={VIEWS.filter(([name]) => isAny || isFigureView(name))}
        value={view.value}
        choose={(name) => {
          view.value = name;
        }}
      />
      <Select
        label="Format of the figure"
        options={formats.map((name) => [name, name.toUpperCase()] as const)}
        value={format.value}
        choose={(name) => {
          format.value = name;
        }}
      />
      <button
        class="sqv-button"
        type="button"
        title="For papers and slides, at print quality, with a caption that says what made it"
        disabled={files.of("figure").isWorking}
        onClick={make}
      >
        Save the figure
      </button>
    </span>
  );
}

interface SelectProps<Value extends string> {
  label: string;
  options: readonly (readonly [Value, string])[];
  value: Value;
  choose: (value: Value) => void;
}

function Select<Value extends string>({ label, options, value, choose }: SelectProps<Value>) {
  return (
    <select
      class="sqv-select"
      aria-label={label}
      value={value}
      onChange={(event) => choose(event.currentTarget.value as Value)}
    >
      {options.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  );
}

function wordsOf({ isWorking, last }: ReturnType<Files["of"]>, working: string): string {
  if (isWorking) return working;
  if (!last || last.problem) return last?.problem ?? "";
  const { name, bytes } = last;
  const size = bytes > 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
  const advice = bytes > MUCH_BYTES ? ". Too large for most mail: fewer photos make it smaller" : "";
  return `${name}, ${size}: in your downloads${advice}`;
}
