/** Says when a queue comes to be beyond a limit: once, on the page and, when nobody looks at it, by the system. */

import { notifications } from "@mantine/notifications";
import { useEffect, useRef, useState } from "react";

import type { Queue } from "../api/types";
import { alarms, readThresholds, writeThresholds, type Alarm, type Thresholds } from "../live/thresholds";
import { useTick } from "../live/useTick";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";

export const ALARM_WORDS: Record<Alarm, Word> = { waiting: "alarmWaiting", wait: "alarmWait", level: "alarmLevel" };

export function useThresholds(): [Thresholds, (limits: Thresholds) => void] {
  const [limits, setLimits] = useState(readThresholds);
  return [
    limits,
    changed => {
      writeThresholds(changed);
      setLimits(changed);
    },
  ];
}

export function alarmsOf(queue: Queue, limits: Thresholds, now: number): Alarm[] {
  const longest_s = queue.waiting_since === null ? 0 : Math.max(0, (now - Date.parse(queue.waiting_since)) / 1000);
  return alarms({ ...queue, longest_s }, limits);
}

export function useAlarms(queues: Queue[], limits: Thresholds): void {
  const { t } = useSpeech();
  const now = useTick();
  const before = useRef<Set<string> | null>(null);
  useEffect(() => {
    const on = new Map(
      queues.flatMap(queue =>
        alarmsOf(queue, limits, now).map(alarm => [
          `${queue.name} ${alarm}`,
          `${queue.title || queue.name}: ${t(ALARM_WORDS[alarm])}`,
        ]),
      ),
    );
    // What was so already when somebody came to the wall stands on its card.
    for (const [key, message] of before.current === null ? [] : on) {
      if (before.current?.has(key)) continue;
      notifications.show({
        id: key,
        color: "red",
        message,
        autoClose: 15_000,
        withBorder: true,
        closeButtonProps: { "aria-label": t("dismiss") },
      });
      if (document.hidden && "Notification" in window && Notification.permission === "granted")
        new Notification(message, { tag: key, icon: "/icon.svg" });
    }
    before.current = new Set(on.keys());
  }, [queues, limits, now, t]);
}
