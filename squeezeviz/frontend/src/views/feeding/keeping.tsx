import { useStore } from "../../ui/store.ts";
import { whyNotKept } from "./words.ts";

/** What was said is kept beside the model's file when somebody says so, and can be taken back. */
export function Keeping() {
  const { feeding, networks } = useStore();
  const said = networks.plain()?.said;
  if (!said) return null;
  const { keepable, kept_in: keptIn, undo } = said;
  const problem = feeding.problem("keeping");
  return (
    <div class="sqv-keeping">
      <button
        class="sqv-button sqv-small"
        type="button"
        title={`Writes ${keptIn} into the model's folder, for everybody who opens it from there`}
        hidden={!keepable.length}
        onClick={() => feeding.remember()}
      >
        Remember for this file
      </button>
      <button
        class="sqv-button sqv-small"
        type="button"
        title={`Takes back ${undo}`}
        hidden={!undo}
        onClick={() => feeding.undo()}
      >
        Undo
      </button>
      <span class="sqv-quiet" role="status">
        {feeding.isWorking() ? "…" : wordsOf(said)}
      </span>
      {problem && (
        <p class="sqv-card-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function wordsOf(said: Parameters<typeof whyNotKept>[0]): string {
  const { keepable, kept_in: keptIn, undo, labels, preprocessing } = said;
  const isSaid = labels === "said" || preprocessing === "said";
  if (!isSaid) return undo ? `Undo takes back ${undo}.` : "";
  if (keepable.length) return `It holds on this page; ${keptIn} would keep it.`;
  const why = whyNotKept(said);
  return why || (keptIn ? `Kept in ${keptIn}.` : "It holds for as long as this page is open.");
}
