import { Stage } from "../views/stage/stage.tsx";
import { TopClasses } from "../views/top_classes/top_classes.tsx";
import { Photos, Status, Top } from "./frame.tsx";

/** Photo in, top 5 out. @param root The page's own element. */
export function Predictor({ root }: { root: HTMLElement }) {
  return (
    <>
      <Top root={root} />
      <div class="sqv-main">
        <Stage hasCells={false} />
        <TopClasses search={null} />
      </div>
      <Photos />
      <Status />
    </>
  );
}
