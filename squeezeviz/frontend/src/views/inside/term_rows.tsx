import type { RefObject } from "preact";
import type { Calculation, Term } from "../../store/types.ts";
import { usePress } from "../../ui/pressing.ts";
import { useStore } from "../../ui/store.ts";
import { type Bar, barsOf, headingOf, type Line, linesOf } from "./layout.ts";
import { TermThumb } from "./term_thumb.tsx";
import { wordsOf } from "./words.ts";

const BAR_PX = 150;

interface Props {
  made: Calculation;
  logits: Float32Array;
  /** Is given the first row that opens. */
  first: RefObject<HTMLButtonElement | null>;
  open: (term: Term) => void;
}

/** The terms of a calculation as rows, each with its bar, which begins where the one before ended. */
export function TermRows({ made, logits, first, open }: Props) {
  const { networks } = useStore();
  const lines = linesOf(made, logits, (term) => wordsOf(networks, term));
  const { bars, zero } = barsOf(lines, BAR_PX);
  const opens = lines.findIndex(isOpening);
  const heading = headingOf(made, made.terms[0] ? wordsOf(networks, made.terms[0]) : null);
  return (
    <div>
      <div class="sqv-term sqv-quiet">
        <span />
        <span class="sqv-cut-off sqv-across">{heading.terms}</span>
        <span class="sqv-num">{heading.adds}</span>
        <span />
      </div>
      <ol class="sqv-terms">
        {lines.map((line, at) => (
          <li key={keyOf(line, at)} class={`sqv-term-${line.kind}`}>
            <Row
              line={line}
              bar={line.kind === "residual" ? null : (bars[at] ?? null)}
              zero={zero}
              button={at === opens ? first : undefined}
              open={open}
            />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Whether it opens further: a pixel of the photo is where everything ends. */
const isOpening = ({ term }: Line): boolean => term !== null && term.layer !== "photo";

/** One pixel of the photo may come in twice. */
const keyOf = ({ kind, term }: Line, at: number): string =>
  term && term.layer !== "photo" ? `${term.layer} ${term.channel} ${term.cell}` : `${kind} ${at}`;

/** Of the place for bars, which is narrower on a small screen. */
const share = (px: number) => `${(100 * px) / BAR_PX}%`;

interface RowProps {
  line: Line;
  bar: Bar | null;
  zero: number;
  button: RefObject<HTMLButtonElement | null> | undefined;
  open: (term: Term) => void;
}

function Row({ line, bar, zero, button, open }: RowProps) {
  const { name, place, factors, text, from, to, term } = line;
  const press = usePress<HTMLButtonElement, Term>({ at: () => term, choose: open, open });
  const cells = (
    <>
      {term ? <TermThumb term={term} /> : <span />}
      {/* A layer's own name is the same in every row, and stands in the heading; places differ. */}
      <span class={`sqv-cut-off ${term ? "" : "sqv-across"}`} title={place && name ? `${name}, ${place}` : name}>
        {place ? place.replace("channel ", "") : name}
      </span>
      {term && <span class="sqv-num sqv-factors">{factors}</span>}
      <span class="sqv-num sqv-adds" data-adds={term?.product}>
        {text}
      </span>
      <span class="sqv-bars-place" aria-hidden="true">
        {bar && <i class="sqv-bar-zero" style={{ left: share(zero) }} />}
        {bar && (
          <i
            class={to < from ? "sqv-bar-down" : "sqv-bar-up"}
            style={{ left: share(bar.left), width: share(bar.width) }}
          />
        )}
      </span>
    </>
  );
  if (!term || !isOpening(line)) return <div class="sqv-term">{cells}</div>;
  return (
    <button
      {...press}
      ref={button}
      class="sqv-term"
      type="button"
      aria-label={`${name} ${place}: ${factors ? `${factors} = ` : ""}${text}. Open it`}
    >
      {cells}
    </button>
  );
}
