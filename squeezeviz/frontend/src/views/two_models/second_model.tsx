import { useStore } from "../../ui/store.ts";

/** Which model is compared with the one that answers, to choose from. @param reveal Bring the comparison into sight. */
export function SecondModel({ reveal }: { reveal: () => void }) {
  const { networks, photos, twoModels } = useStore();
  const offered = twoModels.offered();
  const choose = (name: string) => {
    twoModels.choose(name);
    if (name) reveal();
  };
  return (
    <section
      class="sqv-block sqv-spread"
      title="The same photo in a second network: what it says, and from which layer on it sees something else"
      hidden={!networks.can("two-models") || !offered.length || !photos.photo()}
    >
      <h2>Two networks</h2>
      <select
        class="sqv-select sqv-second"
        aria-label="Compare with another network"
        title={twoModels.second()}
        value={twoModels.second()}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      >
        <option value="">compare with …</option>
        {offered.map(({ name, label_space: knows }) => (
          <option key={name} value={name} title={knows && `knows ${knows}`}>
            {name}
          </option>
        ))}
      </select>
    </section>
  );
}
