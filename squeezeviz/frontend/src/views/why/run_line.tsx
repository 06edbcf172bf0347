import type { Kind, Settings, Trial } from "../../store/what_if.ts";
import { useLater } from "../../ui/store.ts";
import { Running } from "./running.tsx";

interface Props {
  trial: Trial | null;
  kind: Kind;
  settings: Settings;
  /** What the button says. */
  invitation: string;
  /** What is counted, such as "patches hidden". */
  unit: string;
}

/** Of what is tried out in steps. */
export function RunLine({ trial, kind, settings, ...rest }: Props) {
  const { whatIf } = useLater();
  return (
    <Running
      {...rest}
      state={trial?.state ?? "idle"}
      done={trial?.done ?? 0}
      total={trial?.total ?? 0}
      problem={trial?.problem}
      start={() => whatIf.start(kind, settings)}
      stop={() => whatIf.stop(kind)}
    />
  );
}
