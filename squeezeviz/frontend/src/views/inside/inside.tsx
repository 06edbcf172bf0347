import { useSignal } from "@preact/signals";
import type { RefObject, TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Questions } from "../../store/questions.ts";
import type { Store } from "../../store/store.ts";
import type { Calculation, Photo, Term } from "../../store/types.ts";
import { useCalm, useOwn } from "../../ui/hooks.ts";
import { Icon } from "../../ui/Icon.tsx";
import type { PartProps } from "../../ui/part.ts";
import { useLater, useStore } from "../../ui/store.ts";
import { type Crumb, crumbsOf } from "./crumbs.ts";
import { Sweep } from "./sweep.tsx";
import { TermRows } from "./term_rows.tsx";
import { WhatItIs } from "./what_it_is.tsx";
import { equation, valueText } from "./words.ts";

const [FIRST, MORE] = [10, 60];

/**
 * Any number, opened: the terms that add up to it, each of which opens further, down to the pixels of the photo; the
 * path that led there; and the kernel's window on its way over input and output.
 */
export function Inside({ element }: PartProps) {
  const store = useStore();
  const { questions } = useLater();
  const { selection } = store;
  const count = useSignal(FIRST);
  const shown = useCalm(() => numberShown(store, questions, count.value));
  const { section, path, terms, current, first, leave } = useFocusOn(shown, element);
  const made = shown?.made;
  const open = (term: Term) => {
    leave(terms.current);
    selection.open(term, true);
  };
  const press = (event: TargetedKeyboardEvent<HTMLElement>) => {
    if (event.key !== "Backspace" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    leave(event.target as Node);
    selection.back(selection.opened().length - 1);
  };
  return (
    <section
      ref={section}
      class={`sqv-inside ${shown?.isLate ? "sqv-late" : ""}`}
      aria-label="Inside a number"
      tabIndex={-1}
      hidden={!shown}
      data-number={made ? [made.layer, made.channel, ...made.cell].join(" ") : undefined}
      onKeyDown={press}
    >
      <Heading />
      <nav ref={path} aria-label="Numbers opened one from the other" hidden={!shown?.crumbs.length}>
        <Path crumbs={shown?.crumbs ?? []} current={current} />
      </nav>
      {shown?.problem && (
        <p class="sqv-card-problem" role="alert">
          {shown.problem}
        </p>
      )}
      {made && (
        <div class="sqv-inside-body">
          <div class="sqv-sum">
            <p class="sqv-equation" role="status" aria-live="polite">
              <b class="sqv-value" data-value={made.value}>
                {valueText(made)}
              </b>
              {` ${equation(made)}`}
            </p>
            <div ref={terms}>
              <TermRows made={made} logits={shown.photo.logits} first={first} open={open} />
            </div>
            {made.count > FIRST && (
              <button
                class="sqv-button sqv-more-terms"
                type="button"
                onClick={() => {
                  count.value = count.peek() === FIRST ? MORE : FIRST;
                }}
              >
                {count.value === FIRST
                  ? `Show ${Math.min(MORE, made.count)} of ${made.count} terms`
                  : `The largest ${FIRST} only`}
              </button>
            )}
          </div>
          <div>
            <Sweep made={made} />
            <WhatItIs made={made} />
          </div>
        </div>
      )}
    </section>
  );
}

function Heading() {
  const { selection } = useStore();
  return (
    <header class="sqv-maps-title">
      <h2 class="sqv-section-name">Inside a number</h2>
      <span class="sqv-quiet">choose a term to open it, down to the photo; Backspace steps back</span>
      <button class="sqv-icon-button" type="button" aria-label="Close the arithmetic" onClick={() => selection.back(0)}>
        <Icon name="close" />
      </button>
    </header>
  );
}

function Path({ crumbs, current }: { crumbs: Crumb[]; current: RefObject<HTMLButtonElement | null> }) {
  const { selection } = useStore();
  const last = crumbs.length - 1;
  return (
    <ol class="sqv-crumbs">
      {crumbs.map(({ key, text, name, place }, at) => (
        <li key={key}>
          <button
            ref={at === last ? current : undefined}
            type="button"
            class="sqv-crumb"
            aria-current={at === last ? "step" : undefined}
            title={`${name}, ${place}`}
            onClick={() => selection.back(at + 1)}
          >
            <b>{text}</b>
            <span class="sqv-quiet">{name}</span>
            <span class="sqv-quiet">{place}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

interface Shown {
  photo: Photo;
  crumbs: Crumb[];
  /** The number; the one before, while it is on its way. */
  made: Calculation | null;
  isLate: boolean;
  problem: string;
}

const LIVE = "While the camera is on, every number changes. Freeze a frame to look inside one.";

/** Null where no number is open. */
function numberShown(store: Store, questions: Questions, count: number): Shown | null {
  const steps = store.selection.opened();
  const step = steps.at(-1);
  const photo = store.photos.photo();
  if (!step || !photo) return null;
  if (photo.isLive) return { photo, crumbs: [], made: null, isLate: false, problem: LIVE };
  const { known, before, problem } = questions.calculation(step, count);
  const crumbs = crumbsOf(store.networks, questions, steps, { last: count, others: FIRST });
  return { photo, crumbs, made: problem ? null : (known ?? before), isLate: !known && !problem, problem };
}

/**
 * Where the focus goes when the row or crumb that has it leaves with its number: to the first term of the next one, or
 * to its crumb; where it has no terms that open, to the section, whose keys go on from there.
 */
function useFocusOn(shown: Shown | null, element?: RefObject<HTMLElement | null>) {
  const section = useOwn(element);
  const path = useRef<HTMLElement>(null);
  const terms = useRef<HTMLDivElement>(null);
  const current = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const left = useRef<"terms" | "path" | null>(null);
  const leave = (from: Node | null) => {
    left.current = terms.current?.contains(from) ? "terms" : path.current?.contains(from) ? "path" : null;
  };
  useLayoutEffect(() => {
    if (!shown) left.current = null;
    if (!left.current || (left.current === "terms" && shown?.isLate)) return;
    (left.current === "terms" ? (first.current ?? section.current) : current.current)?.focus();
    left.current = null;
  }, [shown]);
  return { section, path, terms, current, first, leave };
}
