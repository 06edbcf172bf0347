import { sharp, token } from "../../draw/canvas.ts";
import { drawChannel } from "../../draw/channel.ts";
import type { Calculation } from "../../store/types.ts";
import { useDrawing } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";
import { meaningOf } from "./meaning.ts";

const MAP_PX = 190;

/** What a kind of calculation means; of a mean, the map that it is the mean of. */
export function WhatItIs({ made }: { made: Calculation }) {
  const { networks } = useStore();
  const words = meaningOf(made, networks.network());
  return (
    <div class="sqv-what" hidden={!words}>
      {made.kind === "mean" && words && <MeanMap made={made} />}
      <p class="sqv-quiet">{words}</p>
    </div>
  );
}

function MeanMap({ made }: { made: Calculation }) {
  const { tensors, traits } = useStore();
  const source = made.terms[0]?.layer ?? "";
  const canvas = useDrawing((canvas) => {
    const context = sharp(canvas, MAP_PX, MAP_PX);
    const tensor = tensors.of(source);
    if (!tensor) return;
    drawChannel(context, tensor, made.channel, traits.get("palette"), MAP_PX);
    const [, rows, columns] = tensor.shape;
    const [down, across] = [MAP_PX / rows, MAP_PX / columns];
    context.lineWidth = 1.5;
    context.strokeStyle = token(canvas, "--accent");
    for (const { cell } of made.terms) {
      context.strokeRect(cell[1] * across + 0.75, cell[0] * down + 0.75, across - 1.5, down - 1.5);
    }
  });
  const label = `${source}, channel ${made.channel}; its ${made.terms.length} largest cells are marked`;
  return <canvas ref={canvas} role="img" aria-label={label} />;
}
