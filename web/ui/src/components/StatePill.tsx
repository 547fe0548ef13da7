/** An agent's state and a call's result: a colour, an icon and a word, never the colour alone. */

import { Badge } from "@mantine/core";
import {
  IconBell,
  IconCheck,
  IconClockPause,
  IconCoffee,
  IconHistory,
  IconPhoneCall,
  IconPhoneOff,
  IconPhoneX,
  IconPower,
  IconProgress,
  IconRecordMail,
} from "@tabler/icons-react";

import type { AgentState, Call, Result } from "../api/types";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";
import { resultColour, stateColour } from "../theme";

export const stateWord = (state: AgentState): Word => (state === "offline" ? "agentOffline" : state);

export const STATE_ICONS: Record<AgentState, typeof IconCheck> = {
  available: IconCheck,
  ringing: IconBell,
  talking: IconPhoneCall,
  wrap_up: IconHistory,
  break: IconCoffee,
  offline: IconPower,
};

const RESULT_ICONS: Partial<Record<Result, typeof IconCheck>> = {
  answered: IconCheck,
  abandoned: IconPhoneOff,
  missed: IconPhoneX,
  voicemail: IconRecordMail,
};

export function StatePill({ state }: { state: AgentState }) {
  const { t } = useSpeech();
  const Icon = STATE_ICONS[state];
  return (
    <Badge
      color={stateColour[state]}
      variant="light"
      tt="none"
      size="lg"
      className="pill"
      leftSection={<Icon size={14} aria-hidden="true" />}
    >
      {t(stateWord(state))}
    </Badge>
  );
}

/** How a call ended, or how far it is. */
export function ResultBadge({
  call,
  size = "md",
}: {
  call: Pick<Call, "result" | "answered_at" | "queue">;
  size?: "md" | "lg";
}) {
  const { t } = useSpeech();
  if (call.result === null) {
    const queued = call.answered_at === null && call.queue !== null;
    const Icon = queued ? IconClockPause : IconProgress;
    return (
      <Badge
        color={queued ? "yellow" : "accent"}
        variant="light"
        tt="none"
        size={size}
        className="pill"
        leftSection={<Icon size={14} aria-hidden="true" />}
      >
        {t(queued ? "queued" : "ongoing")}
      </Badge>
    );
  }
  const Icon = RESULT_ICONS[call.result] ?? IconPhoneX;
  return (
    <Badge
      color={resultColour[call.result]}
      variant="light"
      tt="none"
      size={size}
      className="pill"
      leftSection={<Icon size={14} aria-hidden="true" />}
    >
      {t(call.result)}
    </Badge>
  );
}
