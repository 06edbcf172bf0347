import { useStore } from "../../ui/store.ts";

/** What nobody has said of the model, and what was assumed instead; and what else is worth knowing of it. */
export function Unknown() {
  const network = useStore().networks.plain();
  const { assumed = [], notes = [] } = network ?? {};
  const said = [...assumed.map(({ words }) => words), ...notes].map(sentence).join(" ");
  return (
    <section class="sqv-unknown" role="note" aria-label="What is unknown of the model" hidden={!said}>
      <span>{said}</span>
      <details hidden={!assumed.length}>
        <summary>How to say it</summary>
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
