/** The call, in sight on every page: who, how long, how it sounds, and everything one does with it; others wait below. */

import { ActionIcon, Box, Button, Group, Text, Tooltip } from "@mantine/core";
import {
  IconArrowMerge,
  IconArrowsExchange,
  IconMicrophone,
  IconMicrophoneOff,
  IconParking,
  IconPhoneOff,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerRecord,
  IconPlayerRecordFilled,
  IconUsersPlus,
} from "@tabler/icons-react";

import { softphone, type Line } from "../softphone/softphone";
import { taken, useSoftphone } from "../softphone/useSoftphone";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";
import { CallKeypad } from "./CallKeypad";
import { Clock } from "./Clock";
import { Levels } from "./Levels";
import { QualityDot } from "./QualityDot";
import { TransferMenu } from "./TransferMenu";
import { useCallActions } from "./useCallActions";
import { useCallName } from "./useCallName";
import { useRecordingSwitch } from "./useRecordingSwitch";

const ENDS: Record<NonNullable<Line["end"]>, Word> = {
  hung_up: "endOver",
  cancelled: "endOver",
  no_answer: "endNoAnswer",
  busy: "endBusy",
  declined: "endDeclined",
  no_microphone: "endNoMicrophone",
  failed: "endFailed",
};

function statusWord(line: Line): Word | null {
  if (line.end) return ENDS[line.end];
  if (line.state !== "talking") return line.state === "ringing" ? "ringsThere" : "connecting";
  if (line.isOnHold) return "onHold";
  return line.isHeld ? "heldByOther" : null;
}

export default function CallBar() {
  const { t } = useSpeech();
  const { lines, current } = useSoftphone();
  const shown = taken(lines);
  const line = shown.find(({ id }) => id === current) ?? shown[0];
  if (line === undefined) return null;
  const others = shown.filter(({ id }) => id !== line.id);
  return (
    <section className="call-bar" aria-label={t("callBar")} data-testid="call-bar">
      <div className="call-bar-main">
        <Who line={line} />
        {line.state !== "ended" && <Controls key={line.id} line={line} />}
      </div>
      {others.map((other) => <Other key={other.id} line={other} current={line} />)}
    </section>
  );
}

function Who({ line }: { line: Line }) {
  const { t } = useSpeech();
  const { name, detail } = useCallName(line);
  const status = statusWord(line);
  return (
    <Group gap="sm" wrap="nowrap" className="grow">
      {line.state === "talking" && <QualityDot connection={line.call.connection} />}
      {line.state === "talking" && <Levels connection={line.call.connection} />}
      <Box className="grow">
        <Text fw={600} truncate data-testid="call-who">{name}</Text>
        <Text size="xs" truncate role="status">{[detail, status && t(status)].filter(Boolean).join(" · ")}</Text>
      </Box>
      {line.answeredAt !== null && <Text size="lg" fw={600}><Clock since={new Date(line.answeredAt).toISOString()} /></Text>}
    </Group>
  );
}

function Controls({ line }: { line: Line }) {
  const { t } = useSpeech();
  const talking = line.state === "talking";
  const recording = useRecordingSwitch(line);
  const { park } = useCallActions();
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <Control keys="M" word={line.isMuted ? "unmute" : "mute"} Icon={line.isMuted ? IconMicrophoneOff : IconMicrophone} on={line.isMuted} off={!talking} press={() => line.call.mute(!line.isMuted)} />
      <Control
        keys="H"
        word={line.isOnHold ? "resume" : "hold"}
        Icon={line.isOnHold ? IconPlayerPlay : IconPlayerPause}
        on={line.isOnHold}
        off={!talking}
        press={() => (line.isOnHold ? softphone.speakOn(line.id) : line.call.hold(true))}
      />
      <CallKeypad line={line} />
      <TransferMenu line={line} />
      <Control word="park" keys="P" Icon={IconParking} on={false} off={!talking || park.isPending} press={() => park.mutate(line)} />
      {recording && (
        <Control keys="R" word={recording.paused ? "resumeRecording" : "pauseRecording"} Icon={recording.paused ? IconPlayerRecord : IconPlayerRecordFilled} on={recording.paused} off={!talking} press={recording.toggle} />
      )}
      <Tooltip withinPortal={false} label={t("hangUp")}>
        <ActionIcon size={40} radius="xl" color="red" variant="filled" aria-label={t("hangUp")} onClick={() => softphone.hangUp(line.id)}><IconPhoneOff size={20} /></ActionIcon>
      </Tooltip>
    </Group>
  );
}

interface ControlProps {
  keys?: string;
  word: Word;
  Icon: typeof IconMicrophone;
  on: boolean;
  off: boolean;
  press: () => void;
}

function Control({ word, Icon, on, off, press, keys }: ControlProps) {
  const { t } = useSpeech();
  return (
    <Tooltip withinPortal={false} label={t(word)}>
      <ActionIcon size={40} radius="xl" variant={on ? "filled" : "default"} aria-label={t(word)} aria-keyshortcuts={keys} disabled={off} onClick={press}><Icon size={20} /></ActionIcon>
    </Tooltip>
  );
}

/** A call that waits; one click speaks with it, another joins it with the one above. */
function Other({ line, current }: { line: Line; current: Line }) {
  const { t } = useSpeech();
  const { name } = useCallName(line);
  const status = statusWord(line);
  const { bringIn } = useCallActions();
  return (
    <Group gap="sm" wrap="nowrap" className="call-bar-other" role="group" aria-label={t("otherCall")} data-testid="other-call">
      <Text truncate className="grow"><Text span inherit fw={600}>{name}</Text>{status && ` · ${t(status)}`}</Text>
      {line.answeredAt !== null && <Clock since={new Date(line.answeredAt).toISOString()} />}
      {line.state === "talking" && (
        <Button size="xs" variant="light" px="xs" leftSection={<IconArrowsExchange size={16} aria-hidden="true" />} onClick={() => softphone.speakOn(line.id)}>{t("swap")}</Button>
      )}
      {line.state === "talking" && current.state === "talking" && !current.isOnHold && (
        <Button size="xs" variant="light" px="xs" leftSection={<IconUsersPlus size={16} aria-hidden="true" />} loading={bringIn.isPending} onClick={() => bringIn.mutate({ current, other: line })}>{t("bringIn")}</Button>
      )}
      {line.state === "talking" && current.state === "talking" && (
        <Button size="xs" variant="light" px="xs" leftSection={<IconArrowMerge size={16} aria-hidden="true" />} onClick={() => line.call.transferTo(current.call)}>{t("connectBoth")}</Button>
      )}
      <ActionIcon variant="subtle" color="red" radius="xl" aria-label={`${t("hangUp")}: ${name}`} onClick={() => softphone.hangUp(line.id)}><IconPhoneOff size={18} /></ActionIcon>
    </Group>
  );
}
