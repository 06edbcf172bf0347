import { sizeOf, sizeOfAll } from "../../host/blocks.ts";
import type { Contents } from "../../host/contents.ts";
import type { OfflineHost } from "../../host/offline.ts";
import type { Progress } from "../../host/runs.ts";
import { ThemeSwitch } from "./theme_switch.tsx";

/** What the page says of itself: whose numbers these are, where they were computed, and how far that is from Python. */
export function Colophon({ host }: { host: OfflineHost }) {
  const { contents } = host;
  return (
    <footer class="sqv-colophon">
      <div class="sqv-colophon-words">
        <p class="sqv-computed" aria-live="polite">
          {computedWords(host.progress.value, contents.model.layers.length)}
        </p>
        <p>{originWords(contents)}</p>
      </div>
      <ThemeSwitch />
    </footer>
  );
}

/** @param all How many layers there are, before any photo says it. */
export function computedWords({ layers, done, ms, exactness, problem }: Progress, all: number): string {
  if (problem) return `The layers could not be computed: ${problem}`;
  const where = "on this page, from the weights in this file";
  if (!ms || done < layers) return `Computing the layers ${where}: ${done} of ${layers || all} …`;
  const { compared, size, layer } = exactness;
  const far = `Largest difference from Python’s values, of ${compared.toLocaleString("en")} compared: ${size.toExponential(1)} of the layer’s largest${layer ? ` (${layer})` : ""}.`;
  const words = `All ${layers} layers were computed ${where}, in ${(ms / 1000).toFixed(2)} s. Nothing is quantised.`;
  return compared ? `${words} ${far}` : words;
}

const megabytes = (characters: number): string => `${(characters / 1e6).toFixed(1)} MB`;

function originWords({ about, model, weights, photos }: Contents): string {
  const network = Object.values(weights).reduce((sum, { block }) => sum + sizeOf(block), 0);
  const parameters = `${about.parameters.toLocaleString("en")} parameters in single precision (${megabytes(network)})`;
  const pictures = `${photos.length} photo${photos.length === 1 ? "" : "s"} (${megabytes(sizeOfAll() - network)})`;
  return (
    `${model.name}, sha256 ${about.sha256.slice(0, 12)}…, ${parameters}; ${pictures}. The answers’ logits are Python’s. ` +
    `squeezeviz ${about.version}, ${about.date}. This page asks no host for anything.`
  );
}
