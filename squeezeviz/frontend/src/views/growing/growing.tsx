import { useEffect } from "preact/hooks";
import { paint } from "../../draw/pixels.ts";
import type { Choices, Growth } from "../../store/growing.ts";
import type { Store } from "../../store/store.ts";
import type { Pixels } from "../../store/types.ts";
import { amount } from "../../ui/format.ts";
import { useCalm, useDrawing } from "../../ui/hooks.ts";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import { useLater, useStore } from "../../ui/store.ts";
import { GrowingChoices } from "./choices.tsx";
import { barsOf, comparisonOf, progressOf, scaleOf, shutOf } from "./layout.ts";

/** A picture that excites the chosen channel, its cell, or the class, as it grows: begun, steered, ended and kept. */
export function GrowingPicture() {
  const { abilities } = useStore().networks.setting();
  return (
    <section class="sqv-growing" aria-label="What excites it most?" hidden={!abilities}>
      <div class="sqv-spread sqv-sub">
        <b>What excites it most?</b>
      </div>
      {abilities?.includes("grow") && <Growing />}
      {abilities && !abilities.includes("grow") && <NeedsKernel />}
    </section>
  );
}

/** Said where no kernel answers. */
function NeedsKernel() {
  const store = useStore();
  const target = useCalm(() => `${store.networks.layer()?.name ?? "LAYER"}:${store.selection.channel()}`);
  return (
    <p class="sqv-quiet sqv-growing-note">
      Growing one takes gradients, which this page cannot compute by itself: it needs a kernel. In Python,{" "}
      <code>squeezeviz.explore()</code> grows it here, and <code>{`squeezeviz.visualize(model, "${target}")`}</code>{" "}
      anywhere.
    </p>
  );
}

function Growing() {
  const { growing } = useLater().moving;
  useEffect(() => () => void growing.stop(), [growing]); // nobody waits for what nobody sees
  const last = growing.last();
  return (
    <>
      <Subject />
      {last && last.pictures.length > 0 && <Grown last={last} />}
      <Buttons last={last} />
      <Progress last={last} />
      {last?.state === "failed" && (
        <p class="sqv-card-problem" role="alert">
          {last.problem}
        </p>
      )}
      <GrowingChoices />
    </>
  );
}

/** The channel, one cell of it, or the class. */
function Subject() {
  const store = useStore();
  const { growing } = useLater().moving;
  const named = useCalm(() => namesOf(store));
  const options = (["channel", "cell", "class"] as const).map((value) => ({
    value,
    text: value,
    title: named[value],
  }));
  const { subject } = growing.choices();
  return (
    <>
      <RadioGroup
        label="What it is to excite"
        options={options}
        value={subject}
        choose={(subject) => growing.choose({ subject })}
        class="sqv-wide"
      />
      <p class="sqv-quiet sqv-growing-note">{named[subject]}</p>
    </>
  );
}

function namesOf({ networks, selection }: Store): Record<Choices["subject"], string> {
  const [layer, channel, [y, x]] = [networks.layer()?.name ?? "", selection.channel(), selection.cell()];
  return {
    channel: `the mean of ${layer}, channel ${channel}`,
    cell: `${layer}, channel ${channel}, at ${y}, ${x}`,
    class: `the ${networks.plain()?.logit_words ?? "logit"} of ${networks.label(selection.classIndex()).label}`,
  };
}

/** The pictures, and how much they excite, beside the strongest photo of the page. */
function Grown({ last }: { last: Growth }) {
  const { growing } = useLater().moving;
  const picked = growing.picked();
  const { bars, scale } = barsOf(last, picked);
  const isLone = last.pictures.length === 1;
  return (
    <>
      <div class={isLone ? "sqv-grown sqv-lone" : "sqv-grown"}>
        {last.pictures.map((pixels, at) => (
          <button
            key={at}
            type="button"
            class="sqv-grown-picture"
            aria-pressed={isLone ? undefined : at === picked}
            aria-label={`${isLone ? "Picture" : `Picture ${at + 1} of ${last.pictures.length}`} for ${last.words}, ${amount(last.values[at] ?? 0)}: show it to the network`}
            onClick={() => growing.show(at)}
          >
            <Picture pixels={pixels} />
          </button>
        ))}
      </div>
      <div class="sqv-grown-bars" role="group" aria-label={`${last.words}, in ${last.unit}`}>
        {bars.map(({ name, value, from, length, isGrown }) => (
          <div key={name}>
            <span title={name}>{name}</span>
            <b data-value={value}>{amount(value)}</b>
            <span class={isGrown ? "sqv-grown-bar sqv-own" : "sqv-grown-bar"} aria-hidden="true">
              <i style={{ left: `${100 * from}%`, width: `${100 * length}%` }} />
            </span>
          </div>
        ))}
      </div>
      <p class="sqv-quiet sqv-growing-note">{`${scaleOf(last, scale)} ${comparisonOf(last, picked)}${shutOf(last)}`}</p>
    </>
  );
}

function Picture({ pixels }: { pixels: Pixels }) {
  const canvas = useDrawing((canvas) => paint(canvas, pixels));
  return <canvas ref={canvas} />;
}

/** One button begins, ends and goes on, so that who has pressed it goes on from it. */
export function Buttons({ last }: { last: Growth | null }) {
  const { growing } = useLater().moving;
  const isRunning = last?.state === "running";
  const isThere = last !== null && last.pictures.length > 0;
  const [text, title] = isRunning
    ? ["Stop", "Esc"]
    : !isThere
      ? ["Grow a picture", "From noise or a photo, step by step, until it excites this as much as it can"]
      : growing.isOfChosen()
        ? ["Grow on", "As many steps more, from the picture there is"]
        : ["Grow on for this", "From the picture there is, for what is chosen now"];
  return (
    <div class="sqv-growing-buttons">
      <button
        class={isRunning ? "sqv-button" : "sqv-button sqv-primary"}
        type="button"
        title={title}
        onClick={() => (isRunning ? growing.stop() : growing.start(isThere ? "on" : "anew"))}
      >
        {text}
      </button>
      {isThere && !isRunning && (
        <button class="sqv-button" type="button" title="As is chosen below" onClick={() => growing.start("anew")}>
          Begin anew
        </button>
      )}
      {isThere && (
        <button
          class="sqv-button"
          type="button"
          title="Make a photo of its own of what is there now"
          onClick={() => growing.keep()}
        >
          Keep as a photo
        </button>
      )}
    </div>
  );
}

function Progress({ last }: { last: Growth | null }) {
  const isRunning = last?.state === "running";
  return (
    <div class="sqv-run sqv-growing-run" data-state={last?.state ?? "idle"} data-done={last?.done ?? 0}>
      <progress
        class="sqv-run-bar"
        aria-label="Steps taken"
        hidden={!isRunning}
        max={last?.total || undefined}
        value={last?.total ? last.done : undefined}
      />
      <span class="sqv-quiet" role="status">
        {last && progressOf(last)}
      </span>
    </div>
  );
}

/** On the stage, while what grows is there, or rests: how far it is, and what can be done, wherever its panel stands. */
export function GrowBar() {
  const { moving } = useLater();
  const { growing } = moving;
  const last = growing.last();
  const [isHere, isRunning] = [growing.isOnStage(), last?.state === "running"];
  const isShown = last !== null && (isRunning || isHere);
  return (
    <div class="sqv-grow-bar" role="group" aria-label="Growing picture" hidden={!isShown}>
      {isShown && (
        <>
          <b>{isRunning ? "Growing" : "Grown"}</b>
          <span class="sqv-quiet" title={last.words}>
            {last.words}
          </span>
          {!isHere && last.pictures.length > 0 && (
            <button class="sqv-button" type="button" onClick={() => growing.show(growing.picked())}>
              Show it
            </button>
          )}
          {isRunning ? (
            <button class="sqv-button" type="button" title="Esc" onClick={() => growing.stop()}>
              Stop
            </button>
          ) : (
            <button
              class="sqv-button"
              type="button"
              title="Make a photo of its own of it"
              aria-label="Keep as a photo"
              onClick={() => growing.keep()}
            >
              Keep
            </button>
          )}
        </>
      )}
    </div>
  );
}
