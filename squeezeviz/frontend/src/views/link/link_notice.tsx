import { Icon } from "../../ui/Icon.tsx";
import { useStore } from "../../ui/store.ts";

/** What of the link that was followed is not on this page. */
export function LinkNotice() {
  const { links } = useStore();
  const problems = links.problems();
  return (
    <div class="sqv-notice sqv-link-notice" role="alert" hidden={!problems.length}>
      <div>
        The link says what this page does not have; the rest is as it says.
        <ul>
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      </div>
      <button class="sqv-close" type="button" aria-label="Dismiss" onClick={() => links.dismiss()}>
        <Icon name="close" />
      </button>
    </div>
  );
}
