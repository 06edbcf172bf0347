/** The places of the views that come with the page's second part; `entry/second.tsx` fills them. */
import type { ReadonlySignal } from "@preact/signals-core";
import type { Ref } from "preact";
import { late } from "../ui/late.tsx";
import type { Next } from "./edit/focus.ts";
import type { Arrangement } from "./feature_maps/arrangement.ts";
import type { MapsControls } from "./feature_maps/controls.ts";
import type { Layout } from "./network_map/layout.ts";
import type { Walk } from "./tour/walk.ts";

const always = () => true; // it is rendered only where it is asked for

// Below the columns of the page.
export const Why = late(({ traits, photos }) => traits.get("explaining") && photos.photo() !== null);
export const Inside = late(({ selection }) => selection.opened().length > 0);
export const HeldBeside = late(({ selection }) => selection.held() !== null);
export const TwoModels = late(always);
export const SideBySide = late(always);
export const TakeAway = late();
export const TourCard = late<{ walk: Walk; root: HTMLElement }>((_, { walk }) => walk.at() >= 0);

// Above them.
export const FeedingPanel = late(({ feeding }) => feeding.isOpen());
export const Doctor = late();

// On the stage and beside it.
export const LiveBar = late();
export const GrowBar = late();
export const EditPaper = late();
export const EditLayer = late<{ next: Next }>();
export const EditPanel = late<{ next: Next }>();

// Of the prediction.
export const LowAnswer = late();

// In the diagram.
export const CostColumns = late<{ layout: Layout }>();
export const ErrorColumns = late<{ layout: Layout }>();
export const CostPanel = late(({ diagram }) => diagram.shows() === "cost");
export const PrecisionPanel = late(({ diagram }) => diagram.shows() === "precision");

// Of feature maps.
export const KernelSheet = late<{ controls: Ref<MapsControls> }>(({ traits }) => traits.get("kernels"));
export const Enlarged = late<{ arrangement: ReadonlySignal<Arrangement | null>; close: () => void }>(always);

// Of the chosen channel.
export const GrowingPicture = late();
export const FromCatalog = late();
export const AcrossDataSet = late();
export const Relations = late();
export const InIntegers = late();
export const ActivatingChannels = late();
