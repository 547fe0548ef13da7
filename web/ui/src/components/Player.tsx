/** A recording, fetched only when somebody wants to hear it. */

import { ActionIcon, Tooltip } from "@mantine/core";
import { IconPlayerPlayFilled } from "@tabler/icons-react";
import { useState } from "react";

import { recordingUrl } from "../api/client";
import { useSpeech } from "../text/language";

export function Player({ recordingId, open = false }: { recordingId: string; open?: boolean }) {
  const { t } = useSpeech();
  const [wanted, setWanted] = useState(open);
  if (wanted) {
    return <audio controls autoPlay={!open} preload="metadata" src={recordingUrl(recordingId)} aria-label={t("recording")} className="player" />;
  }
  return (
    <Tooltip label={t("play")}>
      <ActionIcon
        variant="light"
        radius="xl"
        aria-label={t("play")}
        onClick={(event) => {
          event.stopPropagation();
          setWanted(true);
        }}
      >
        <IconPlayerPlayFilled size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
