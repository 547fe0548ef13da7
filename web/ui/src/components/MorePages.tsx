/** The button below a list that goes on. */

import { Button, Group } from "@mantine/core";

import { useSpeech } from "../text/language";

interface Props {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; isComing: boolean; more: () => void };
  size?: "xs" | "sm";
}

export function MorePages({ list, size = "sm" }: Props) {
  const { t } = useSpeech();
  if (!list.hasNextPage) return null;
  return (
    <Group justify="center">
      <Button variant="light" size={size} loading={list.isFetchingNextPage || list.isComing} onClick={list.more}>
        {t("more")}
      </Button>
    </Group>
  );
}
