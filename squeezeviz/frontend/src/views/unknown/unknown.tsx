import { useStore } from "../../ui/store.ts";

/** What nobody has said of the model, and what was assumed instead; and what else is worth knowing of it. */
export function Unknown() {
  const { networks, feeding } = useStore();
  const network = networks.plain();
  const { assumed = [], notes = [] } = network ?? {};
  const said = [...assumed.map(({ words }) => words), ...notes].map(sentence).join(" ");
  const isSayable = assumed.some(({ about }) => about === "labels" || about === "preprocessing");
  return (
    <section class="sqv-unknown" role="note" aria-label="What is unknown of the model" hidden={!said}>
      <span>{said}</span>
      <button
        class="sqv-button sqv-small"
        type="button"
        aria-expanded={feeding.isOpen()}
        hidden={!isSayable || !network?.said || !networks.can("tell")}
        onClick={() => feeding.show(!feeding.isOpen())}
      >
        Say it here
      </button>
      <details hidden={!assumed.length}>
        <summary>How to say it in Python, or on the command line</summary>
        <ul>
          {assumed.map(({ words, remedy }) => (
            <li key={words}>{remedy}</li>
          ))}
        </ul>
      </details>
    </section>
  );
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
