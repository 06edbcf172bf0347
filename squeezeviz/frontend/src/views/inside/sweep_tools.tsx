import type { Calculation } from "../../store/types.ts";
import { isStill } from "../../ui/motion.ts";
import { useStore } from "../../ui/store.ts";
import type { Sweeping } from "./sweeping.ts";
import { cellOf, type Swept, stepCount } from "./window.ts";

interface Props {
  made: Calculation;
  swept: Swept;
  sweep: Sweeping;
}

/** Moves the window, puts it anywhere, and opens the number that comes of it there. */
export function SweepTools({ made, swept, sweep }: Props) {
  const { selection } = useStore();
  const cell = cellOf(swept, sweep.at());
  const isPlaying = sweep.isPlaying();
  const still = isStill() ? "Next row" : "Play the sweep";
  return (
    <div class="sqv-sweep-tools">
      <button class="sqv-button" type="button" aria-pressed={isPlaying} onClick={sweep.toggle}>
        {isPlaying ? "Pause" : still}
      </button>
      <input
        type="range"
        min="0"
        max={stepCount(swept) - 1}
        step="1"
        value={sweep.at()}
        aria-label="Where the window is"
        aria-valuetext={`cell ${cell[0]}, ${cell[1]}`}
        onInput={({ currentTarget }) => sweep.go(Number(currentTarget.value))}
        onKeyDown={(event) => {
          if (event.key !== "Backspace" && event.key !== "Escape") event.stopPropagation();
        }}
      />
      <button
        class="sqv-button"
        type="button"
        hidden={`${made.cell}` === `${cell}`}
        onClick={() => selection.open({ layer: swept.layer.name, channel: made.channel, cell })}
      >
        Open this cell
      </button>
    </div>
  );
}
