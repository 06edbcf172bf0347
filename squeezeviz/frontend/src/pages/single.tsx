import type { ComponentType } from "preact";
import { useMemo } from "preact/hooks";
import { useClass } from "../ui/hooks.ts";
import type { PartProps } from "../ui/part.ts";
import { ChannelPanel } from "../views/channel/channel.tsx";
import { FeatureMaps } from "../views/feature_maps/feature_maps.tsx";
import { DropTarget } from "../views/input/drop.tsx";
import { HeldBeside, Inside, SideBySide, Why } from "../views/late.tsx";
import { ModelNotice } from "../views/model/model.tsx";
import { Arriving } from "../views/model/open_model.tsx";
import { NetworkMap } from "../views/network_map/network_map.tsx";
import { ReceptiveField } from "../views/receptive_field/receptive_field.tsx";
import { Stage } from "../views/stage/stage.tsx";
import { ClassSearch } from "../views/top_classes/search.ts";
import { TopClasses } from "../views/top_classes/top_classes.tsx";
import { Known, Photos } from "./frame.tsx";

const VIEWS: Record<string, ComponentType<PartProps>> = {
  maps: () => <FeatureMaps isBeside={false} />,
  network: NetworkMap,
  classes: Classes,
  photo: PhotoColumn,
  channel: ChannelPanel,
  field: ReceptiveField,
  "side-by-side": SideBySide,
  inside: Inside,
  held: HeldBeside,
  why: Why,
};

/** One view alone. @param root The page's own element. */
export function Single({ root, name }: { root: HTMLElement; name: string }) {
  const View = VIEWS[name];
  if (!View) throw new Error(`squeezeviz has no view ${name}`);
  useClass(root, "sqv-single", true);
  return (
    <>
      <Arriving />
      <ModelNotice />
      <Known />
      <View />
      <DropTarget root={root} />
    </>
  );
}

function Classes() {
  return <TopClasses search={useMemo(() => new ClassSearch(), [])} />;
}

/** The photo with the ways in, so that a page of single views takes photos too. */
function PhotoColumn() {
  return (
    <div class="sqv-image">
      <Stage hasCells />
      <Photos />
    </div>
  );
}
