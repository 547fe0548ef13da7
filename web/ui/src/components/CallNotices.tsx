/** What the person on the telephone has to know of it, in thin lines: a device that is gone, a network that is bad. */

import { Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

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

export function CallNotices({ fault }: { fault: Fault | null }) {
  const { t } = useSpeech();
  const { microphone, speaker } = useSoftphone().standIns;
  const device = (standIn: StandIn | null, kind: Word, another: Word, none: Word) =>
    standIn && t(standIn.now === null ? none : another, { gone: standIn.gone || t(kind), now: standIn.now || t("systemDevice") });
  const told = [
    device(microphone, "microphone", "microphoneGone", "microphoneNone"),
    device(speaker, "speaker", "speakerGone", "speakerNone"),
    fault && t(FAULTS[fault]),
  ].filter((said) => said !== null);
  return (
    <div role="status" data-testid="call-notices">
      {told.map((said) => <Text key={said} size="xs" className="call-notice"><IconAlertTriangle size={14} aria-hidden="true" />{said}</Text>)}
    </div>
  );
}
