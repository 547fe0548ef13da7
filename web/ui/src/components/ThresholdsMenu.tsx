/** When the wall calls for somebody: three limits, and whether this browser says so aloud. */

import { ActionIcon, NumberInput, Popover, Stack, Text, Tooltip } from "@mantine/core";
import { IconBellCog } from "@tabler/icons-react";

import type { Thresholds } from "../live/thresholds";
import { useSpeech } from "../text/language";

export function ThresholdsMenu({ limits, change }: { limits: Thresholds; change: (limits: Thresholds) => void }) {
  const { t } = useSpeech();
  const percentOf = (name: "wait" | "level") => ({
    value: Math.round(limits[name] * 100),
    min: 1,
    max: 100,
    suffix: " %",
    onChange: (value: number | string) => typeof value === "number" && change({ ...limits, [name]: value / 100 }),
  });
  return (
    <Popover
      withinPortal={false}
      position="bottom-end"
      shadow="md"
      trapFocus
      withRoles={false}
      onOpen={askForNotifications}
    >
      <Popover.Target>
        <Tooltip withinPortal={false} label={t("thresholds")}>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("thresholds")}>
            <IconBellCog size={18} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown role="group" aria-label={t("thresholds")}>
        <Stack gap="xs" w={240}>
          <Text size="sm">{t("thresholdsHint")}</Text>
          <NumberInput
            label={t("thresholdWaiting")}
            min={1}
            max={999}
            value={limits.waiting}
            onChange={value => typeof value === "number" && change({ ...limits, waiting: value })}
          />
          <NumberInput label={t("thresholdWait")} {...percentOf("wait")} />
          <NumberInput label={t("thresholdLevel")} {...percentOf("level")} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function askForNotifications(): void {
  if ("Notification" in window && Notification.permission === "default") void Notification.requestPermission();
}
