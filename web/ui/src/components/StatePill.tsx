/** An agent's state: a colour and a word, never the colour alone. */

import { Badge } from "@mantine/core";

import type { AgentState } from "../api/types";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";
import { stateColour } from "../theme";

export const stateWord = (state: AgentState): Word => (state === "offline" ? "agentOffline" : state);

export function StatePill({ state }: { state: AgentState }) {
  const { t } = useSpeech();
  return (
    <Badge color={stateColour[state]} variant="light" radius="xl" tt="none" autoContrast className="pill">
      {t(stateWord(state))}
    </Badge>
  );
}
