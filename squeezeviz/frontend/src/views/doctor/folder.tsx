import type { Signal } from "@preact/signals-core";
import type { Folder } from "../../store/doctor.ts";

/** A folder of photos on the kernel's machine, and the list that labels them, where it is not in the folder. */
export function FolderFields({ value }: { value: Signal<Folder> }) {
  const { folder, labels } = value.value;
  return (
    <div class="sqv-doctor-folder">
      <Line
        name="Folder"
        says="a subfolder a class, or with a list of labels"
        value={folder}
        set={(text) => {
          value.value = { ...value.value, folder: text };
        }}
      />
      <Line
        name="List of labels"
        says="not needed where the folder has one"
        value={labels}
        set={(text) => {
          value.value = { ...value.value, labels: text };
        }}
      />
    </div>
  );
}

interface LineProps {
  name: string;
  says: string;
  value: string;
  set: (text: string) => void;
}

function Line({ name, says, value, set }: LineProps) {
  return (
    <label>
      <span>{name}</span>
      <input
        class="sqv-field"
        type="text"
        spellcheck={false}
        placeholder={says}
        value={value}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
    </label>
  );
}
