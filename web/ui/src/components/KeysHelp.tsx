/** The keys, as a list. */

import { Group, Kbd, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

import type { PageLink } from "../pages/pages";
import { useSpeech } from "../text/language";

const COMMAND = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";

export function KeysHelp({ opened, close, pages }: { opened: boolean; close: () => void; pages: PageLink[] }) {
  const { t } = useSpeech();
  return (
    <Modal opened={opened} onClose={close} title={t("keys")} closeButtonProps={{ "aria-label": t("dismiss") }}>
      <Text c="dimmed" mb="sm">
        {t("keysHint")}
      </Text>
      <Stack gap={6} component="dl" m={0}>
        <Line what={t("keyPalette")}>
          <Kbd>{COMMAND}</Kbd> <Kbd>K</Kbd>
        </Line>
        <Line what={t("keyHelp")}>
          <Kbd>?</Kbd>
        </Line>
        <Line what={t("keySearch")}>
          <Kbd>/</Kbd>
        </Line>
        {pages.map(page => (
          <Line key={page.path} what={t("keyGo", { page: t(page.word) })}>
            <Kbd>G</Kbd> <Kbd>{page.key.toUpperCase()}</Kbd>
          </Line>
        ))}
        <Line what={t("keyAnswer")}>
          <Kbd>Enter</Kbd> <Kbd>Esc</Kbd>
        </Line>
        <Line what={t("keyMute")}>
          <Kbd>M</Kbd>
        </Line>
        <Line what={t("keyHold")}>
          <Kbd>H</Kbd>
        </Line>
        <Line what={t("keyTransfer")}>
          <Kbd>T</Kbd>
        </Line>
        <Line what={t("keyPark")}>
          <Kbd>P</Kbd>
        </Line>
        <Line what={t("keyRecord")}>
          <Kbd>R</Kbd>
        </Line>
        <Line what={t("keypad")}>
          <Kbd>K</Kbd>
        </Line>
        <Line what={t("keySwap")}>
          <Kbd>S</Kbd>
        </Line>
        <Line what={t("keyHangUp")}>
          <Kbd>E</Kbd>
        </Line>
        <Line what={t("keySupervise")}>
          <Kbd>L</Kbd> <Kbd>W</Kbd> <Kbd>B</Kbd> <Kbd>T</Kbd>
        </Line>
        <Line what={t("keyFullScreen")}>
          <Kbd>F</Kbd>
        </Line>
        <Line what={t("keyClose")}>
          <Kbd>Esc</Kbd>
        </Line>
      </Stack>
    </Modal>
  );
}

function Line({ what, children }: { what: string; children: ReactNode }) {
  return (
    <Group justify="space-between">
      <Text component="dt">{what}</Text>
      <Text component="dd" m={0}>
        {children}
      </Text>
    </Group>
  );
}
