import { branchOf, shortName } from "../../store/layers.ts";
import type { Evidence } from "../../store/types.ts";
import { signed } from "../../ui/format.ts";
import { useStore } from "../../ui/store.ts";
import { type ChannelLine, channelLines } from "./layout.ts";
import { Thumb } from "./thumb.tsx";

/** What each channel of the last concatenation adds to the logit over all active cells; the strongest, and the rest. */
export function ChannelBars({ made }: { made: Evidence }) {
  const adds = made.contrast ?? made;
  return (
    <div class="sqv-block">
      <header class="sqv-spread">
        <h2>Which channels</h2>
        <span class="sqv-quiet">of {adds.source}, in logits</span>
      </header>
      <ol class="sqv-terms">
        {channelLines(adds, made.count).map((line) => (
          <li key={line.text}>
            <Row line={line} source={adds.source} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Row({ line: { channel, adds, text, length }, source }: { line: ChannelLine; source: string }) {
  const { networks, selection } = useStore();
  const end = (
    <>
      <span class="sqv-num sqv-adds" data-adds={adds}>
        {signed(adds)}
      </span>
      <span class="sqv-bars-place" aria-hidden="true">
        <i class={adds < 0 ? "sqv-bar-down" : "sqv-bar-up"} style={{ width: `${length}%` }} />
      </span>
    </>
  );
  if (channel === null)
    return (
      <div class="sqv-term">
        <span />
        <span class="sqv-cut-off sqv-across" title={text}>
          {text}
        </span>
        {end}
      </div>
    );
  const network = networks.network();
  const layer = network?.layers.find(({ name }) => name === source);
  return (
    <button
      class="sqv-term"
      type="button"
      aria-label={`${source}, channel ${channel}: ${signed(adds)} logits`}
      onClick={() => selection.chooseLayer(source, channel)}
    >
      <Thumb layer={source} channel={channel} />
      <span class="sqv-cut-off" title={text}>
        {text}
      </span>
      <span class="sqv-quiet">{network && layer ? shortName(branchOf(network, layer, channel)) : ""}</span>
      {end}
    </button>
  );
}
