import { useRef } from "preact/hooks";
import type { Said } from "../../protocol.ts";
import type { Network } from "../../store/types.ts";
import { grouped } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { useStore } from "../../ui/store.ts";
import { someOf, sources } from "./words.ts";

const IMAGENET = [1000, 1001]; // with the background first
// The kinds as well: some systems don't know what kinds of file these are.
const ACCEPTED = ".txt,.csv,.tsv,text/plain,text/csv";

/** What the model's classes are called, and by whom; to be named by ImageNet, by a file, or not at all. */
export function LabelsPart({ network, said }: { network: Network; said: Said }) {
  const { feeding } = useStore();
  const file = useRef<HTMLInputElement>(null);
  const { labels } = network;
  const problem = feeding.problem("labels");
  return (
    <section class="sqv-block" aria-label="Labels">
      <header class="sqv-spread">
        <h2>Labels</h2>
        <span class="sqv-quiet">{sources(said).labels}</span>
      </header>
      <p class="sqv-cut-off" title={someOf(labels, 12)}>
        {someOf(labels)}
      </p>
      <div class="sqv-feeding-ways" role="group" aria-label="Name the classes">
        <button
          class="sqv-button sqv-small"
          type="button"
          hidden={!IMAGENET.includes(labels.length)}
          onClick={() => feeding.name("imagenet")}
        >
          ImageNet's
        </button>
        <button class="sqv-button sqv-small" type="button" onClick={() => file.current?.click()}>
          <Icon name="upload" />
          Choose a file of labels
        </button>
        <button
          class="sqv-button sqv-small"
          type="button"
          hidden={said.labels !== "nobody"}
          onClick={() => feeding.name("numbers")}
        >
          Leave as numbers
        </button>
        <input
          ref={file}
          type="file"
          accept={ACCEPTED}
          class="sqv-file sqv-labels-file"
          tabIndex={-1}
          aria-hidden="true"
          onChange={({ currentTarget: input }) => {
            const [given] = input.files ?? [];
            if (given) void feeding.nameBy(given);
            input.value = ""; // so that the same file can be chosen again
          }}
        />
      </div>
      <p class="sqv-quiet">
        {`A text file with ${grouped(labels.length)} lines, a name a line in the order of the outputs, or a CSV
          table with the column label; it can be dropped anywhere here.`}
      </p>
      {problem && (
        <p class="sqv-card-problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
