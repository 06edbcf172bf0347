import { useLayoutEffect } from "preact/hooks";
import type { Progress } from "../../host/door.ts";
import type { File, OfflineHost } from "../../host/offline.ts";
import { grouped } from "../../ui/format.ts";
import { ThemeSwitch } from "./theme_switch.tsx";

const ON_PAGE =
  "This browser lets no page from a file compute beside what it shows (it makes no worker of it): whatever is computed may " +
  "hold up the pointer for a moment. Chrome, Edge, Firefox and Safari of the last years do.";

/** What the page says of itself: whose numbers these are, where they were computed, and how far that is from Python. */
export function Colophon({ host, isSite = false }: { host: OfflineHost; isSite?: boolean }) {
  const isComputed = host.progress.value.ms > 0;
  useLayoutEffect(() => {
    if (isComputed) performance.mark("squeezeviz:computed"); // how soon is measured in benchmarks/
  }, [isComputed]);
  return (
    <footer class="sqv-colophon">
      <div class="sqv-colophon-words">
        <p class="sqv-computed" aria-live="polite">
          {computedWords(host.progress.value, host.file)}
        </p>
        {host.isOnPage && <p>{ON_PAGE}</p>}
        <p>{originWords(host.file, isSite)}</p>
      </div>
      <ThemeSwitch />
    </footer>
  );
}

/** @param file How many layers there are, before any photo says it, and photos. */
export function computedWords(
  { layers, done, ms, exactness, problem }: Progress,
  file: Pick<File, "layers" | "photos" | "about">,
): string {
  if (problem) return `The layers could not be computed: ${problem}`;
  const where = "on this page, from the weights it carries";
  if (!layers && !file.photos) return `All ${file.layers} layers are computed ${where}, as soon as there is a photo.`;
  if (!ms || done < layers) return `Computing the layers ${where}: ${done} of ${layers || file.layers} …`;
  const { compared, size, layer } = exactness;
  const far = `Largest difference from Python’s values, of ${grouped(compared)} compared: ${size.toExponential(1)} of the layer’s largest${layer ? ` (${layer})` : ""}.`;
  const words = `All ${layers} layers were computed ${where}, in ${(ms / 1000).toFixed(2)} s.${file.about.rounding ? "" : " Nothing is quantised."}`;
  return compared ? `${words} ${far}` : words;
}

const megabytes = (characters: number): string => `${(characters / 1e6).toFixed(1)} MB`;

/** @param isSite Whether it is a folder on a server, rather than a file. */
export function originWords(
  { about, model, photos, network_bytes, is_half, other_bytes }: File,
  isSite: boolean,
): string {
  const precision = is_half ? "half precision" : "single precision";
  const parameters = `${grouped(about.parameters)} parameters in ${precision} (${megabytes(network_bytes)})`;
  const pictures = photos
    ? `${photos} photo${photos === 1 ? "" : "s"} (${megabytes(other_bytes)})`
    : "it carries no photo";
  const asks = isSite
    ? "This page asks its own folder for its files, and nobody for anything else."
    : "This page asks no host for anything.";
  return [
    `${model}, sha256 ${about.sha256.slice(0, 12)}…, ${parameters}; ${pictures}.`,
    about.rounding,
    ...(photos ? ["Their logits are Python’s; of photos of your own, the page’s."] : []),
    `squeezeviz ${about.version}, ${about.date}.`,
    asks,
  ]
    .filter(Boolean)
    .join(" ");
}
