/** A recording, fetched only when somebody wants to hear it. */

import { ActionIcon, Tooltip } from "@mantine/core";
import { IconPlayerPlayFilled } from "@tabler/icons-react";
import { useState } from "react";

import { recordingUrl } from "../api/client";
import { useSpeech } from "../text/language";

const FILING_MS = 1000;
const MOST_TRIES = 10;

/** The server files a recording within two seconds of the call's end: asked for earlier, it is asked for again. */
export function Player({ recordingId, open = false }: { recordingId: string; open?: boolean }) {
  const { t } = useSpeech();
  const [wanted, setWanted] = useState(open);
  const [tries, setTries] = useState(0);
  if (wanted) {
    return (
      <audio
        key={tries}
        controls
        autoPlay={!open}
        preload="metadata"
        src={recordingUrl(recordingId)}
        aria-label={t("recording")}
        className="player"
        onError={() => tries < MOST_TRIES && window.setTimeout(() => setTries(tries + 1), FILING_MS)}
      />
    );
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
