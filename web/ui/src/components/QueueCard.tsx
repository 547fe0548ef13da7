/** One queue, to be read from across the room: who waits, for how long, how well it goes today. */

import { Card, Group, Progress, RingProgress, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "react-router";

import type { Queue } from "../api/types";
import type { Thresholds } from "../live/thresholds";
import { useTick } from "../live/useTick";
import { clock, day, percent } from "../text/format";
import { useSpeech } from "../text/language";
import { Sparkline } from "./Sparkline";
import { ALARM_WORDS, alarmsOf } from "./useAlarms";
import { useFlash } from "./useFlash";

const GOOD = 0.8;
const POOR = 0.6;

export function QueueCard({ queue, limits }: { queue: Queue; limits: Thresholds | null }) {
  const { t } = useSpeech();
  const now = useTick();
  const card = useFlash<HTMLDivElement>(queue.waiting);
  const longest = queue.waiting_since === null ? 0 : Math.max(0, (now - Date.parse(queue.waiting_since)) / 1000);
  const calls = (figure: string) =>
    `/calls?figure=queues.${figure}&figure_of=${encodeURIComponent(queue.name)}&from=${day()}&to=${day()}`;
  const wrong = limits === null ? [] : alarmsOf(queue, limits, now);
  const late = longest > queue.service_level_s;
  return (
    <Card
      withBorder
      padding="lg"
      data-testid={`queue-${queue.name}`}
      data-alarm={wrong.length > 0 || undefined}
      className="queue-card"
      ref={card}
      component="article"
      aria-label={queue.title || queue.name}
    >
      <Text fw={600} className="card-title" lineClamp={2}>
        {queue.title || queue.name}
      </Text>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={4} miw={0}>
          <Group gap={8} align="baseline">
            <Text className="big-number tabular" data-alert={late || undefined} data-testid="waiting">
              {queue.waiting}
            </Text>
            <Text c="dimmed">{t("waiting")}</Text>
          </Group>
          <Sparkline label={t("lastHour")} values={queue.last_hour} />
        </Stack>
        <ServiceLevel queue={queue} />
      </Group>
      <Group justify="space-between" mt="sm" gap="xs">
        <Text size="xs" c="dimmed" className="wait-word">
          {t("longestWait")}
        </Text>
        <Text size="xs" className="tabular">
          <b>{clock(longest)}</b> {t("ofLimit", { limit: clock(queue.max_wait_s) })}
        </Text>
      </Group>
      <Progress
        mt={4}
        value={Math.min(100, (longest / queue.max_wait_s) * 100)}
        color={longest > queue.max_wait_s * 0.75 ? "red" : late ? "yellow" : "green"}
        aria-label={t("longestWait")}
        transitionDuration={150}
      />
      {wrong.length > 0 && (
        <Group gap={6} mt="xs" wrap="nowrap" className="alarm">
          <IconAlertTriangle size={16} aria-hidden="true" />
          <Text size="xs">{wrong.map(one => t(ALARM_WORDS[one])).join(" · ")}</Text>
        </Group>
      )}
      <Group mt="md" gap="lg">
        <Link to={calls("answered")} className="number-link">
          <b className="tabular">{queue.today.answered}</b> {t("answeredToday")}
        </Link>
        <Link to={calls("abandoned")} className="number-link">
          <b className="tabular">{queue.today.abandoned}</b> {t("abandonedToday")}
        </Link>
      </Group>
    </Card>
  );
}

function ServiceLevel({ queue }: { queue: Queue }) {
  const { t, language } = useSpeech();
  const share = queue.service_level;
  const level = percent(share, language);
  return (
    <Stack gap={0} align="center" className="service-level">
      <RingProgress
        size={88}
        thickness={8}
        roundCaps
        role="img"
        aria-label={`${t("serviceLevel")}: ${level ?? t("noData")}`}
        sections={
          share === null
            ? []
            : [{ value: share * 100, color: share >= GOOD ? "green" : share >= POOR ? "yellow" : "red" }]
        }
        label={
          <Text ta="center" fw={600} className="tabular ring-label">
            {level ?? "–"}
          </Text>
        }
      />
      <Text size="xs" c="dimmed" className="nowrap">
        {t("servedWithin", { seconds: queue.service_level_s })}
      </Text>
    </Stack>
  );
}
