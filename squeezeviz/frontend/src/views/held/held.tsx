import type { Photos } from "../../store/photos.ts";
import type { Questions } from "../../store/questions.ts";
import type { Photo } from "../../store/types.ts";
import { fixed, percent, signed } from "../../ui/format.ts";
import { useCalm } from "../../ui/hooks.ts";
import { Icon } from "../../ui/Icon.tsx";
import { PictureBox } from "../../ui/PictureBox.tsx";
import { useLater, useStore } from "../../ui/store.ts";
import { DriftChart, type Drifts } from "../drift_chart/drift_chart.tsx";
import { MapDifference } from "../map_difference/map_difference.tsx";
import { type Comparison, classSides, compared, mapSides, rowsOf } from "./comparison.ts";

/**
 * What is held beside what is chosen now: the photos and their answers, the two maps, the two class activation maps, and how
 * far each layer is from the other photo's.
 */
export function HeldBeside() {
  const store = useStore();
  const now = useCalm(() => compared(store));
  return (
    <section class="sqv-beside sqv-held" aria-label="Held and chosen" hidden={!now}>
      <header class="sqv-maps-title">
        <h2 class="sqv-section-name">Held, and chosen now</h2>
        <span class="sqv-quiet">A is held, B is what you choose; the difference is B − A</span>
        <button
          class="sqv-icon-button"
          type="button"
          aria-label="Let go of what is held"
          onClick={() => store.selection.letGo()}
        >
          <Icon name="close" />
        </button>
      </header>
      {now && <Halves now={now} />}
    </section>
  );
}

function Halves({ now }: { now: Comparison }) {
  const store = useStore();
  const { held, photo } = now;
  const isOther = held.photo !== photo;
  const isSame = !isOther && held.layer.name === now.layer.name && held.classIndex === now.classIndex;
  return (
    <div class="sqv-halves">
      <div class="sqv-pair-of-photos">
        <Figure sign="A" photo={held.photo} />
        <Figure sign="B" photo={photo} />
        <div>
          <p class="sqv-quiet" hidden={!isSame}>
            Held. Now choose another photo, layer or class: what changes is shown here, {held.photo.name} as A beside
            it.
          </p>
          {isOther && <Classes now={now} />}
        </div>
      </div>
      <Distance isHidden={!isOther || Boolean(photo.isLive)} />
      <MapDifference
        label="Maps of what is held and of what is chosen"
        sides={() => mapSides(store)}
        isHidden={isSame}
      />
      <MapDifference
        label="Class activation maps of what is held and of what is chosen"
        sides={() => classSides(store)}
        isHidden={isSame || !store.networks.cams()}
      />
    </div>
  );
}

function Figure({ sign, photo }: { sign: string; photo: Photo }) {
  return (
    <figure>
      <PictureBox picture={photo.seen} alt={`${photo.name} as the network sees it`} />
      <figcaption>
        <b>{sign}</b> {photo.name}
      </figcaption>
    </figure>
  );
}

function Distance({ isHidden }: { isHidden: boolean }) {
  const { photos } = useStore();
  const { questions } = useLater();
  const { lines, chosen } = useCalm(() => distanceOf(photos, questions));
  return <DriftChart title="How far apart the photos are" lines={lines} chosen={chosen} isHidden={isHidden} />;
}

function distanceOf(photos: Photos, questions: Questions): Drifts {
  const [known, name] = [questions.distance(), photos.photo()?.name ?? ""];
  return {
    lines: known ? [{ name, firstDivergentLayer: known.first_divergent_layer, drift: known.drift }] : [],
    chosen: name,
  };
}

const HEAD = ["", "p A", "p B", "logit A", "logit B", "change"];

function Classes({ now: { held, photo, classIndex } }: { now: Comparison }) {
  const { networks, selection, traits } = useStore();
  const rows = rowsOf(held.photo, photo, [...traits.get("pinned"), classIndex]);
  return (
    <table class="sqv-versus">
      <caption class="sqv-visually-hidden">The classes of both photos</caption>
      <thead>
        <tr>
          {HEAD.map((text) => (
            <th key={text} scope="col">
              {text}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ index, probabilities, logits, change }) => (
          <tr key={index} data-class={index}>
            <th scope="row">
              <button
                class="sqv-card-name"
                type="button"
                aria-pressed={index === classIndex}
                onClick={() => selection.chooseClass(index)}
              >
                {networks.label(index).label}
              </button>
            </th>
            <td>{percent(probabilities[0])}</td>
            <td>{percent(probabilities[1])}</td>
            <td>{fixed(logits[0])}</td>
            <td>{fixed(logits[1])}</td>
            <td class={change < 0 ? "sqv-less" : "sqv-adds-more"}>{signed(change, 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
