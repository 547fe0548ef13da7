/** A recording, fetched only when somebody wants to hear it, as soon as the server has filed it. */

import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { IconPlayerPlayFilled } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { get, recordingUrl } from "../api/client";
import type { Recording } from "../api/types";
import { useSpeech } from "../text/language";

const FILING_MS = 500;
const UNFINISHED: Recording["state"][] = ["recording", "finishing"];

export function Player({ recordingId, open = false }: { recordingId: string; open?: boolean }) {
  const { t } = useSpeech();
  const [wanted, setWanted] = useState(open);
  const recording = useQuery({
    queryKey: ["recordings", recordingId],
    queryFn: () => get<Recording>(`/recordings/${recordingId}`),
    enabled: wanted,
    refetchInterval: (query) => (query.state.data && UNFINISHED.includes(query.state.data.state) ? FILING_MS : false),
  });
  const state = recording.data?.state;
  if (recording.isError || state === "failed") return <Text size="xs" c="dimmed">{t("noRecording")}</Text>;
  if (state === "ready") {
    return <audio controls autoPlay={!open} preload="metadata" src={recordingUrl(recordingId)} aria-label={t("recording")} className="player" />;
  }
  return (
    <Tooltip label={t("play")}>
      <ActionIcon
        variant="light"
        radius="xl"
        aria-label={t("play")}
        loading={wanted}
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
