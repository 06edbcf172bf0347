import type { Drawing } from "../../store/drawing.ts";
import type { Moving } from "../../store/moving.ts";
import type { Store } from "../../store/store.ts";
import { fixed, percent, signed } from "../../ui/format.ts";
import { useLater, useStore } from "../../ui/store.ts";
import { SlowNote } from "../camera/live_bar.tsx";
import { Action } from "./action.tsx";
import type { Next } from "./focus.ts";
import { ToolChoice } from "./tool_choice.tsx";

/** The tools of editing, with what they have done to the answer; what can become of it while it rests. */
export function EditPanel({ next }: { next: Next }) {
  const { edit } = useLater().moving;
  const [status, drawing] = [edit.status(), edit.drawing()];
  const isHere = status === "on";
  const isShown = drawing !== null && edit.shown() !== null && (isHere || status === "resting");
  return (
    <div
      class={isShown && !isHere ? "sqv-edit-panel sqv-resting" : "sqv-edit-panel"}
      role="group"
      aria-label="Edit the photo"
      hidden={!isShown}
      data-shown={edit.count()}
      data-answered={edit.isAnswered()}
    >
      {isShown && (
        <>
          {isHere && <Effect />}
          {isHere && <CopyNotice drawing={drawing} />}
          {isHere && <SlowNote />}
          {isHere && <ToolChoice drawing={drawing} />}
          {isHere && <Steps drawing={drawing} />}
          <Ending drawing={drawing} isHere={isHere} next={next} />
        </>
      )}
    </div>
  );
}

/** What the edit has done to the answer. */
function Effect() {
  const said = effectOf(useStore(), useLater().moving);
  return (
    <p class="sqv-edit-effect">
      {said?.first}
      {said?.now && <b>{said.now}</b>}
      {said?.logits}
      {said?.best && (
        <>
          {"; now "}
          <b class="sqv-adds-more">{said.best}</b>
        </>
      )}
    </p>
  );
}

/** Of the class that is chosen, or was the most probable one. */
function effectOf({ networks, traits }: Store, { edit }: Moving) {
  const [was, is, chosen] = [edit.before(), edit.shown(), traits.get("class_index")];
  const index = chosen !== null && was && chosen < was.logits.length ? chosen : was?.ranking[0];
  if (!was || !is || index === undefined) return null;
  const at = (values: ArrayLike<number>, place = index) => values[place] ?? 0;
  const first = `${networks.label(index).label} ${percent(at(was.probabilities))}`;
  const change = at(is.logits) - at(was.logits);
  if (!edit.drawing()?.isEdited() && change === 0) {
    return { first: `${first}. Paint on the photo, and see what becomes of it.` };
  }
  const top = is.ranking[0] ?? index;
  return {
    first: `${first} → `,
    now: percent(at(is.probabilities)),
    logits: `, logit ${fixed(at(was.logits))} → ${fixed(at(is.logits))} (${signed(change, 2)})`,
    best: top === index ? "" : `${networks.label(top).label} ${percent(at(is.probabilities, top))}`,
  };
}

/** Said of a photo that is larger than what is painted on. */
function CopyNotice({ drawing: { width, height } }: { drawing: Drawing }) {
  const [across, down] = useLater().moving.edit.source().size;
  const isCopy = across !== width || down !== height;
  return (
    <p class="sqv-quiet" hidden={!isCopy}>
      {isCopy &&
        `${across} × ${down} px are more than can be sent at each stroke: this is a copy of ${width} × ${height}, and ` +
          "the answer before is that to the copy."}
    </p>
  );
}

function Steps({ drawing }: { drawing: Drawing }) {
  const store = useStore();
  const isHeld = store.selection.held() !== null;
  return (
    <div class="sqv-edit-steps">
      <Action
        text="Undo"
        title="Take the last step back (Ctrl + Z)"
        isOff={!drawing.canUndo()}
        act={() => drawing.undo()}
      />
      <Action
        text="Redo"
        title="Do it again (Ctrl + Shift + Z)"
        isOff={!drawing.canRedo()}
        act={() => drawing.redo()}
      />
      <Action
        text="Reset"
        title="The photo as it was; can be undone"
        isOff={!drawing.isEdited()}
        act={() => drawing.reset()}
      />
      <Action
        text="Compare"
        title="Hold the photo as it was, and see both side by side below (h)"
        isPressed={isHeld}
        act={() => (isHeld ? store.selection.letGo() : store.hold())}
      />
    </div>
  );
}

function Ending({ drawing, isHere, next }: { drawing: Drawing; isHere: boolean; next: Next }) {
  const { edit } = useLater().moving;
  const [isEdited, isKeeping] = [drawing.isEdited(), edit.isKeeping()];
  const discard = () => {
    next.current = "button";
    edit.discard();
  };
  const resume = () => {
    next.current = "photo";
    edit.resume();
  };
  return (
    <div class="sqv-edit-steps">
      {!isHere && <b>{`Edit of ${edit.source().name} rests`}</b>}
      {!isHere && <Action text="Go on" title="Back to what you were painting" isPrimary act={resume} />}
      {isEdited && (
        <>
          <Action
            text="Keep as a photo"
            title="Make a photo of its own of what is there now"
            isPrimary={isHere}
            isOff={isKeeping}
            act={() => edit.keep()}
          />
          <Action text="Discard" title="Let go of what was painted" isOff={isKeeping} act={discard} />
        </>
      )}
      {isHere && !isEdited && <Action text="Done" title="Nothing was painted: back to the photo" act={discard} />}
    </div>
  );
}
