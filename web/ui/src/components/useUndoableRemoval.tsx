/** Removing without being asked: it looks removed at once, and for some seconds it can be undone. */

import { Button, Group, Text } from "@mantine/core";
import { randomId } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useSyncExternalStore } from "react";

import { remove } from "../api/client";
import { useFault } from "../live/actions";
import { withheld } from "../live/withheld";
import { useSpeech } from "../text/language";

const GRACE_MS = 8000;
/** The notice of each removal, by path. */
const notices = new Map<string, string>();

window.addEventListener("pagehide", () => withheld.finishAll());

/** The paths that look removed, and how one is removed and brought back. `after`: the server has removed it, or refused. */
export function useUndoableRemoval(after: () => unknown) {
  const { t } = useSpeech();
  const fault = useFault();
  const removed = useSyncExternalStore(withheld.watch, withheld.keys);
  function undo(path: string) {
    withheld.undo(path);
    notifications.hide(notices.get(path) ?? "");
  }
  function take(path: string, message: string) {
    withheld.add(path, {
      send: (how) => remove(path, how),
      settled: (error) => {
        if (error !== null) fault(error);
        return after();
      },
    });
    const id = randomId(); // one that is still on its way out would swallow another of the same name
    notices.set(path, id);
    notifications.show({
      id,
      autoClose: GRACE_MS,
      withBorder: true,
      closeButtonProps: { "aria-label": t("dismiss") },
      onClose: () => void withheld.finish(path),
      message: (
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm">{message}</Text>
          <Button size="compact-sm" variant="light" onClick={() => undo(path)}>{t("undo")}</Button>
        </Group>
      ),
    });
  }
  return { removed, take, undo };
}
