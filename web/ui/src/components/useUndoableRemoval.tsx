/** Removing without being asked: the server hides it at once, and brings it back when somebody undoes that soon enough. */

import { Button, Group, Text } from "@mantine/core";
import { randomId } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useState } from "react";

import { post, remove } from "../api/client";
import { useFault } from "../live/actions";
import { useSpeech } from "../text/language";

const SHOWN_MS = 8000;
/** The notice of each removal, by path; it outlives the screen on which it was made. */
const notices = new Map<string, string>();

/** The removal of `path` cannot be undone any more: something else stands in its place, or it is back. */
function dismiss(path: string) {
  notifications.hide(notices.get(path) ?? "");
  notices.delete(path);
}

/** The paths that look removed until the list says so itself, and how one is removed. `again`: reads the list. */
export function useUndoableRemoval(again: () => Promise<unknown>) {
  const { t } = useSpeech();
  const fault = useFault();
  const [leaving, setLeaving] = useState<ReadonlySet<string>>(new Set());

  async function undo(path: string) {
    dismiss(path);
    await post(`${path}/restore`).catch(fault);
    await again();
  }

  function offerUndo(path: string, message: string) {
    const id = randomId(); // one that is still on its way out would swallow another of the same name
    notices.set(path, id);
    notifications.show({
      id,
      autoClose: SHOWN_MS,
      withBorder: true,
      closeButtonProps: { "aria-label": t("dismiss") },
      message: (
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm">{message}</Text>
          <Button size="compact-sm" variant="light" onClick={() => void undo(path)}>
            {t("undo")}
          </Button>
        </Group>
      ),
    });
  }

  async function take(path: string, message: string) {
    setLeaving(before => new Set([...before, path]));
    // A page that is closed at this moment has removed it all the same.
    await remove(path, { keepalive: true }).then(() => offerUndo(path, message), fault);
    await again();
    setLeaving(before => new Set([...before].filter(one => one !== path)));
  }

  return { leaving, take, dismiss };
}
