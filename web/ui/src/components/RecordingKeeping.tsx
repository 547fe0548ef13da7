/** Below the sound of a recording: which rule wanted it, and whether it is kept from being erased. */

import { Badge, Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconLock, IconLockOpen, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { put, remove } from "../api/client";
import type { Recording } from "../api/types";
import { useNames } from "../live/lists";
import { useRights } from "../live/may";
import { useSpeech } from "../text/language";

export function RecordingKeeping({ recording }: { recording: Recording }) {
  const { t } = useSpeech();
  const { may } = useRights();
  const names = useNames();
  const queries = useQueryClient();
  const [isSure, setSure] = useState(false);
  const isHeld = recording.held_at !== null;
  const look = () => {
    for (const key of ["recordings", "calls"]) void queries.invalidateQueries({ queryKey: [key] });
  };
  const fault = (error: Error) => notifications.show({ message: error.message, color: "red" });
  const hold = useMutation({
    mutationFn: () => put<Recording>(`/recordings/${recording.id}/hold`, { on: !isHeld }),
    onSuccess: look,
    onError: fault,
  });
  const erase = useMutation({
    mutationFn: () => remove<void>(`/recordings/${recording.id}`),
    onSuccess: look,
    onError: fault,
  });
  return (
    <Group justify="space-between" gap="xs">
      <Group gap="xs">
        {recording.rule && (
          <Text size="xs" c="dimmed">
            {t("recordedByRule", { rule: recording.rule })}
          </Text>
        )}
        {isHeld && (
          <Badge variant="light" color="gray" leftSection={<IconLock size={12} aria-hidden="true" />}>
            {t("recordingHeld", { who: names.person(recording.held_by ?? "") })}
          </Badge>
        )}
      </Group>
      <Group gap={4}>
        {may("recordings.hold") && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={
              isHeld ? <IconLockOpen size={14} aria-hidden="true" /> : <IconLock size={14} aria-hidden="true" />
            }
            loading={hold.isPending}
            onClick={() => hold.mutate()}
          >
            {t(isHeld ? "releaseRecording" : "holdRecording")}
          </Button>
        )}
        {may("recordings.delete") &&
          !isHeld &&
          (isSure ? (
            <Button
              size="compact-sm"
              color="red"
              loading={erase.isPending}
              onClick={() => erase.mutate()}
              onBlur={() => setSure(false)}
              autoFocus
            >
              {t("eraseForGood")}
            </Button>
          ) : (
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              leftSection={<IconTrash size={14} aria-hidden="true" />}
              onClick={() => setSure(true)}
            >
              {t("eraseRecording")}
            </Button>
          ))}
      </Group>
    </Group>
  );
}
