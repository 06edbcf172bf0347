import type { File, Progress } from "../../host/door.ts";
import type { OfflineHost } from "../../host/offline.ts";
import { ThemeSwitch } from "./theme_switch.tsx";

const ON_PAGE =
  "This browser lets no page from a file compute beside what it shows (it makes no worker of it): whatever is computed may " +
  "hold up the pointer for a moment. Chrome, Edge, Firefox and Safari of the last years do.";

/** What the page says of itself: whose numbers these are, where they were computed, and how far that is from Python. */
export function Colophon({ host }: { host: OfflineHost }) {
  return (
    <footer class="sqv-colophon">
      <div class="sqv-colophon-words">
        <p class="sqv-computed" aria-live="polite">
          {computedWords(host.progress.value, host.file.layers)}
        </p>
        {host.isOnPage && <p>{ON_PAGE}</p>}
        <p>{originWords(host.file)}</p>
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

function originWords({ about, model, photos, network_bytes, other_bytes }: File): string {
  const parameters = `${about.parameters.toLocaleString("en")} parameters in single precision (${megabytes(network_bytes)})`;
  const pictures = `${photos} photo${photos === 1 ? "" : "s"} (${megabytes(other_bytes)})`;
  return (
    `${model}, sha256 ${about.sha256.slice(0, 12)}…, ${parameters}; ${pictures}. The answers’ logits are Python’s. ` +
    `squeezeviz ${about.version}, ${about.date}. This page asks no host for anything.`
  );
}
