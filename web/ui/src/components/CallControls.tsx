/** What one does with a call, in one row: in the call bar as icons, on the telephone's page with their words. */

import { ActionIcon, Group, Kbd, Text, Tooltip } from "@mantine/core";
import {
  IconMicrophone,
  IconMicrophoneOff,
  IconParking,
  IconPhoneOff,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerRecord,
  IconPlayerRecordFilled,
} from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { Line } from "../softphone/picture";
import { softphone } from "../softphone/softphone";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";
import { CallKeypad } from "./CallKeypad";
import { TransferMenu } from "./TransferMenu";
import { useCallActions } from "./useCallActions";
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

/** By how the recording stands, and what pressing does to it. */
const RECORDING_WORDS: Record<string, Word> = {
  "on pause": "pauseRecording",
  "on nothing": "isRecorded",
  "pause on": "resumeRecording",
  "pause nothing": "recordingPaused",
  "off on": "startRecording",
};

/** How far a call is, when it is not simply being talked on. */
export function statusWord(line: Line): Word | null {
  if (line.end) return ENDS[line.end];
  if (line.state !== "talking") return line.state === "ringing" ? "ringsThere" : "connecting";
  if (line.isOnHold) return "onHold";
  return line.isHeld ? "heldByOther" : null;
}

export function CallControls({ line, worded = false }: { line: Line; worded?: boolean }) {
  const { t } = useSpeech();
  const talking = line.state === "talking";
  const recording = useRecordingSwitch(line);
  const { park } = useCallActions();
  const said = (word: Word, control: ReactNode) => (worded ? <Worded word={word}>{control}</Worded> : control);
  return (
    <Group
      gap={worded ? 4 : 6}
      wrap={worded ? "wrap" : "nowrap"}
      justify={worded ? "flex-start" : "flex-end"}
      align="flex-start"
    >
      {said(
        line.isMuted ? "unmute" : "mute",
        <Control
          keys="M"
          word={line.isMuted ? "unmute" : "mute"}
          Icon={line.isMuted ? IconMicrophoneOff : IconMicrophone}
          on={line.isMuted}
          off={!talking}
          press={() => line.call.mute(!line.isMuted)}
        />,
      )}
      {said(
        line.isOnHold ? "resume" : "hold",
        <Control
          keys="H"
          word={line.isOnHold ? "resume" : "hold"}
          Icon={line.isOnHold ? IconPlayerPlay : IconPlayerPause}
          on={line.isOnHold}
          off={!talking}
          press={() => (line.isOnHold ? softphone.speakOn(line.id) : line.call.hold(true))}
        />,
      )}
      {said("keypad", <CallKeypad line={line} />)}
      {said("transfer", <TransferMenu line={line} />)}
      {said(
        "park",
        <Control
          word="park"
          keys="P"
          Icon={IconParking}
          on={false}
          off={!talking || park.isPending}
          press={() => park.mutate(line)}
        />,
      )}
      {recording &&
        said(
          "recording",
          <Control
            word={RECORDING_WORDS[`${recording.state} ${recording.next ?? "nothing"}`] ?? "isRecorded"}
            keys="R"
            Icon={recording.state === "on" ? IconPlayerRecordFilled : IconPlayerRecord}
            on={recording.state === "pause"}
            off={recording.next === null}
            press={recording.press}
            className={recording.state === "on" ? "records" : ""}
          />,
        )}
      {said(
        "hangUp",
        <Hint word="hangUp" keys="E">
          <ActionIcon
            size={40}
            radius="xl"
            color="red"
            variant="filled"
            aria-label={t("hangUp")}
            onClick={() => softphone.hangUp(line.id)}
          >
            <IconPhoneOff size={20} />
          </ActionIcon>
        </Hint>,
      )}
    </Group>
  );
}

/** The word stands under its button, which says it by itself to who cannot see it. */
function Worded({ word, children }: { word: Word; children: ReactNode }) {
  const { t } = useSpeech();
  return (
    <div className="worded-control">
      {children}
      <Text size="xs" aria-hidden="true">
        {t(word)}
      </Text>
    </div>
  );
}

function Hint({ word, keys, children }: { word: Word; keys: string; children: ReactNode }) {
  const { t } = useSpeech();
  return (
    <Tooltip
      withinPortal={false}
      label={
        <>
          {t(word)}&ensp;<Kbd size="xs">{keys}</Kbd>
        </>
      }
    >
      {children}
    </Tooltip>
  );
}

interface ControlProps {
  keys: string;
  word: Word;
  Icon: typeof IconMicrophone;
  on: boolean;
  off: boolean;
  press: () => void;
  className?: string;
}

function Control({ word, Icon, on, off, press, keys, className = "" }: ControlProps) {
  const { t } = useSpeech();
  return (
    <Hint word={word} keys={keys}>
      <ActionIcon
        size={40}
        radius="xl"
        variant={on ? "filled" : "default"}
        className={className}
        aria-label={t(word)}
        aria-keyshortcuts={keys}
        disabled={off}
        onClick={press}
      >
        <Icon size={20} />
      </ActionIcon>
    </Hint>
  );
}
