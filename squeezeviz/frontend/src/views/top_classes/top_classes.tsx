import type { ComponentChildren, RefObject, TargetedKeyboardEvent } from "preact";
import { useRef } from "preact/hooks";
import type { Photo } from "../../store/types.ts";
import { percent } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import type { PartProps } from "../../ui/part.ts";
import { useStore } from "../../ui/store.ts";
import { LowAnswer } from "../late.tsx";
import { Row } from "./row.tsx";
import { type ClassSearch, matching } from "./search.ts";

const SHOWN = 5;

interface Props extends PartProps {
  /** The top 5 alone, without maps, search and pins, where there is none. */
  search: ClassSearch | null;
  /** What stands below. */
  children?: ComponentChildren;
}

const NO_LOGITS = "No layer of this network has logits: computed from its probabilities";

/** The most probable classes as bars, with probability and logit; any other class by search; those that are pinned stay. */
export function TopClasses({ search, children, element }: Props) {
  const { photos, networks, precision } = useStore();
  const photo = photos.photo();
  // A network that can't be compared, such as one in integers, is not said to be in FP32.
  const isOther = precision.chosen() !== "fp32" && networks.can("precision") && !precision.of()?.problem;
  const labelSpace = networks.answering()?.label_space;
  const top = photo?.ranking.slice(0, SHOWN) ?? [];
  const meaning = networks.cams() ? ": the mean of the class's own map" : "";
  const words = networks.answering()?.logit_words ?? "logit";
  const before = photo?.is_sigmoid ? "the sigmoid" : "softmax";
  const title = words === "logit" ? `The number before ${before}${meaning}` : NO_LOGITS;
  const share = top.reduce((sum, index) => sum + (photo?.probabilities[index] ?? 0), 0);
  const said = photo?.is_sigmoid
    ? "Each class is answered for itself: they need not add up to 100 %."
    : `These ${top.length} hold ${percent(share)} of the probability; the other classes share the rest.`;
  return (
    <section ref={element} class={search ? "sqv-prediction" : "sqv-prediction sqv-plain"} aria-label="Prediction">
      <div class="sqv-heads">
        <h2>
          Prediction
          {isOther && <span class="sqv-quiet sqv-whose">in FP32</span>}
        </h2>
        <span class="sqv-quiet">p</span>
        <span class="sqv-quiet" title={title}>
          {words}
        </span>
      </div>
      <p class="sqv-quiet sqv-among">{labelSpace ? `among ${labelSpace}` : ""}</p>
      <p class="sqv-caution" role="note" hidden={!photo?.caution}>
        {photo?.caution}
      </p>
      {search ? <Classes photo={photo} top={top} search={search} /> : <Plain photo={photo} top={top} />}
      <p class="sqv-quiet sqv-said">{photo && !Number.isNaN(share) && said}</p>
      {isOther && <LowAnswer />}
      <p class="sqv-quiet">{photo?.preprocessing_words}</p>
      {children}
    </section>
  );
}

function Plain({ photo, top }: { photo: Photo | null; top: number[] }) {
  return (
    <ol class="sqv-rows">
      {photo && top.map((index, rank) => <Row key={rank} photo={photo} index={index} isFirst={rank === 0} isPlain />)}
    </ol>
  );
}

interface ClassesProps {
  photo: Photo | null;
  top: number[];
  search: ClassSearch;
}

function Classes({ photo, top, search }: ClassesProps) {
  const { networks, traits } = useStore();
  const found = photo ? matching(search.text(), photo.ranking, (index) => networks.label(index)) : [];
  const count = photo?.logits.length ?? 0;
  const kept = traits.get("pinned").filter((index) => index < count);
  const chosen = traits.get("class_index");
  // The chosen class is always on show, pinned or not.
  const isExtra = chosen !== null && chosen < count && ![...top, ...kept, ...found].includes(chosen);
  const pinned = isExtra ? [...kept, chosen] : kept;
  const shown = [...top, ...found, ...pinned];
  const firstFound = useRef<HTMLButtonElement>(null);
  // By their places: a row that was another class's a moment ago keeps the focus.
  const rows = (indices: number[], first: { isBest?: boolean; cover?: RefObject<HTMLButtonElement | null> } = {}) =>
    photo &&
    indices.map((index, rank) => (
      <Row
        key={rank}
        {...{ photo, index }}
        beside={shown}
        isFirst={rank === 0 && first.isBest}
        cover={rank === 0 ? first.cover : undefined}
      />
    ));
  return (
    <>
      <ol class="sqv-rows">{rows(top, { isBest: true })}</ol>
      <ol class="sqv-rows sqv-pinned" aria-label="Pinned classes">
        {rows(pinned)}
      </ol>
      <Search search={search} count={count} first={found[0]} firstRow={firstFound} />
      <ol class="sqv-rows sqv-found" aria-label="Classes found">
        {rows(found, { cover: firstFound })}
        {photo && search.text().trim() && !found.length && (
          <li class="sqv-quiet">{`No class is called “${search.text().trim()}”.`}</li>
        )}
      </ol>
    </>
  );
}

interface SearchProps {
  search: ClassSearch;
  count: number;
  /** The first class that is found, and where it stands. */
  first: number | undefined;
  firstRow: RefObject<HTMLButtonElement | null>;
}

function Search({ search, count, first, firstRow }: SearchProps) {
  const { selection } = useStore();
  const invitation = `Search ${count} classes`;
  const press = (event: TargetedKeyboardEvent<HTMLInputElement>) => {
    event.stopPropagation();
    if (event.key === "Enter" && first !== undefined) selection.chooseClass(first);
    else if (event.key === "Escape" && !search.clear()) event.currentTarget.blur();
    else if (event.key === "ArrowDown") firstRow.current?.focus();
  };
  return (
    <div class="sqv-search">
      <Icon name="search" />
      <input
        ref={search.field}
        class="sqv-field"
        type="search"
        autocomplete="off"
        spellcheck={false}
        placeholder={count ? invitation : undefined}
        aria-label={invitation}
        value={search.text()}
        onInput={(event) => search.type(event.currentTarget.value)}
        onKeyDown={press}
      />
      <kbd>/</kbd>
    </div>
  );
}
