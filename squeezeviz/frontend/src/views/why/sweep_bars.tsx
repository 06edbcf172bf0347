import { useMemo } from "preact/hooks";
import type { Layer, Tried } from "../../store/types.ts";
import { percent, signed } from "../../ui/format.ts";
import { useLater, useStore } from "../../ui/store.ts";
import { blockName, type Effect, lengths, ranked } from "./layout.ts";
import { RunLine } from "./run_line.tsx";
import { Thumb } from "./thumb.tsx";

const LISTED = 10;
const NONE = {};

const isSqueeze = ({ branch }: Layer): boolean => branch === "squeeze";

/** Every channel of the bottlenecks ablated in turn: those that matter most to the class, the most first. */
export function SweepBars() {
  const { networks } = useStore();
  const { whatIf } = useLater();
  const trial = whatIf.of("ablation_sweep", NONE);
  const narrow = networks.bottlenecks();
  const count = narrow.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  return (
    <div class="sqv-block" hidden={!count}>
      <header class="sqv-spread">
        <h2>Ablate a channel</h2>
        <span class="sqv-quiet">{narrow.every(isSqueeze) ? "of the squeezes" : "of the bottlenecks"}</span>
      </header>
      <RunLine
        trial={trial}
        kind="ablation_sweep"
        settings={NONE}
        invitation={`Ablate each of ${count}`}
        unit="channels ablated"
      />
      {trial?.made ? (
        <Effects made={trial.made} />
      ) : (
        <p class="sqv-quiet">
          {narrow.every(isSqueeze)
            ? "A Fire module's squeeze is its bottleneck: what the module knows has gone through these few channels. "
            : "What a block adds has gone through the few channels of its narrowest convolution. "}
          Which of them can't this class do without?
        </p>
      )}
    </div>
  );
}

function Effects({ made }: { made: Tried }) {
  const { effects, flips } = useMemo(() => ranked(made), [made]);
  const length = lengths(effects.slice(0, 1).map(({ worth }) => worth));
  return (
    <>
      <p class="sqv-quiet">
        {flips
          ? `${flips} of ${effects.length} would change the answer, each alone. What each is worth, in logits:`
          : `None of ${effects.length} would change the answer alone. What each is worth, in logits:`}
      </p>
      <ol class="sqv-terms sqv-sweep-bars">
        {effects.slice(0, LISTED).map((effect) => (
          <li key={effect.at}>
            <Row effect={effect} made={made} length={length(effect.worth)} />
          </li>
        ))}
      </ol>
    </>
  );
}

function Row({ effect, made, length }: { effect: Effect; made: Tried; length: number }) {
  const { networks, selection } = useStore();
  const { layer, channel, at, worth, now } = effect;
  const after = percent(made.probabilities[at] ?? 0);
  const other = now === made.answer ? "" : networks.label(now).label;
  const isChosen = networks.layer()?.name === layer && selection.channel() === channel;
  return (
    <button
      class={`sqv-term ${selection.isAblated(layer, channel) ? "sqv-is-ablated" : ""}`}
      type="button"
      title="Choose this channel; x ablates it"
      aria-pressed={isChosen}
      aria-label={`${layer}, channel ${channel}: worth ${signed(worth)} logits; without it ${other || after}`}
      data-channel={`${layer} ${channel}`}
      data-worth={worth}
      onClick={() => selection.chooseLayer(layer, channel)}
    >
      <Thumb layer={layer} channel={channel} />
      <span class="sqv-cut-off">{`${blockName(layer)} · ${channel}`}</span>
      <span class="sqv-bars-place" aria-hidden="true">
        <i class={worth < 0 ? "sqv-bar-down" : "sqv-bar-up"} style={{ width: `${length}%` }} />
      </span>
      <span class="sqv-num sqv-adds">{signed(worth, 2)}</span>
      <span class="sqv-cut-off sqv-sweep-bars-after">
        <span class="sqv-quiet">{`${percent(made.probability)} → ${after}`}</span>
        {other && (
          <b class="sqv-adds-more" title={`It would say ${other}, ${percent(made.most[at] ?? 0)}`}>
            {`  ${other}`}
          </b>
        )}
      </span>
    </button>
  );
}
