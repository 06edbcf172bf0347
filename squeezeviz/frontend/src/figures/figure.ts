/** Any view that a page without Python draws as a figure for print. */
import { channelSentences, drawChannel } from "./channel.ts";
import { drawFeatureMaps, featureMapSentences } from "./feature_maps.ts";
import { drawPhoto, photoSentences } from "./photo.ts";
import { drawPrediction, predictionSentences } from "./prediction.ts";
import { measureIn, pngOfPixels, pngOfSheet } from "./raster.ts";
import { type Box, type Measure, Sheet } from "./sheet.ts";
import type { Shown } from "./shown.ts";
import { svgOf } from "./svg.ts";
import type { FigureFormat, FigureView } from "./views.ts";

type Draw = (sheet: Sheet, box: Box, shown: Shown) => number;

const VIEWS: Record<FigureView, readonly [Draw, (shown: Shown) => string[]]> = {
  explorer: [
    drawExplorer,
    (shown) => [...photoSentences(shown), ...predictionSentences(shown), ...featureMapSentences(shown)],
  ],
  maps: [drawFeatureMaps, featureMapSentences],
  photo: [drawPhoto, photoSentences],
  prediction: [drawPrediction, predictionSentences],
  channel: [drawChannel, channelSentences],
};

/** @param shown What the page shows now. */
export function sheetOf(view: FigureView, shown: Shown, measure: Measure): Sheet {
  const [draw, sentencesOf] = VIEWS[view];
  const sheet = new Sheet(measure);
  const { photo } = shown;
  const made = [`Image: ${photo.name}`, `Preprocessing: ${photo.preset}, ${photo.preprocessing_words}`];
  return sheet.finish(draw(sheet, sheet.room, shown), [...sentencesOf(shown), ...made, ...shown.madeBy]);
}

/** A figure's file, in a worker or on a page. */
export async function figureOf(view: FigureView, format: FigureFormat, shown: Shown): Promise<Blob> {
  const sheet = sheetOf(view, shown, measureIn());
  if (format === "png") return new Blob([await pngOfSheet(sheet)], { type: "image/png" });
  return new Blob([await svgOf(sheet, pngOfPixels)], { type: "image/svg+xml" });
}

function drawExplorer(sheet: Sheet, { left, top, width }: Box, shown: Shown): number {
  const half = (width - 6) / 2;
  const photo = drawPhoto(sheet, { left, top, width: half }, shown);
  const answer = drawPrediction(sheet, { left: left + half + 6, top, width: half }, shown);
  return drawFeatureMaps(sheet, { left, top: Math.max(photo, answer) + 4, width }, shown);
}
