/** What the person on the telephone has to know of it, in one thin line: a device that is gone, a network that is bad. */

import { Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { StandIn } from "../softphone/deviceWatch";
import type { Fault } from "../softphone/quality";
import { useSoftphone } from "../softphone/useSoftphone";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";

const FAULTS: Record<Fault, Word> = {
  silent: "faultSilent",
  lossHere: "faultLossHere",
  lossThere: "faultLossThere",
  jitterHere: "faultJitterHere",
  jitterThere: "faultJitterThere",
  delay: "faultDelay",
};

interface Props {
  fault: Fault | null;
  /** How far the call is, when it is not simply being talked on. */
  status: string | null;
  /** What stands here as long as there is nothing to say. */
  children: ReactNode;
}

export function CallNotices({ fault, status, children }: Props) {
  const { t } = useSpeech();
  const { microphone, speaker } = useSoftphone().standIns;
  const device = (standIn: StandIn | null, kind: Word, another: Word, none: Word) =>
    standIn &&
    t(standIn.now === null ? none : another, { gone: standIn.gone || t(kind), now: standIn.now || t("systemsChoice") });
  const notices = [
    device(microphone, "microphone", "microphoneGone", "microphoneNone"),
    device(speaker, "speaker", "speakerGone", "speakerNone"),
    fault && t(FAULTS[fault]),
  ].filter(said => said !== null);
  const told = notices.length === 0 ? "" : [status, notices.join(" ")].filter(Boolean).join(" · ");
  return (
    <>
      {told === "" && children}
      <div role="status" data-testid="call-notices">
        {told !== "" && (
          <Text size="xs" lineClamp={2} className="call-notice" title={told}>
            <IconAlertTriangle size={14} aria-hidden="true" /> {told}
          </Text>
        )}
      </div>
    </>
  );
}
