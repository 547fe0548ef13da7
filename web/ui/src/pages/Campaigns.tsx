import {
  ActionIcon,
  Badge,
  Button,
  Card,
  FileButton,
  Group,
  Progress,
  Skeleton,
  Stack,
  Text,
  Title,
  Tooltip,
} from "@mantine/core";
import {
  IconChevronRight,
  IconPhoneOutgoing,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconUpload,
} from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { ApiError, get, put, upload } from "../api/client";
import type { Added, Campaign, Campaigns as Shown } from "../api/schema";
import { CampaignAttempts } from "../components/CampaignAttempts";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { WrongText } from "../components/WrongText";
import { useNames } from "../live/lists";
import { useLive } from "../live/session";
import { useAddress } from "../live/useAddress";
import { useCampaignWords, type CampaignWord } from "../text/campaignWords";
import { useSpeech } from "../text/language";

const KEY = ["campaigns"];
const LOOK_AGAIN_MS = 2000;
const STATES: Record<Campaign["state"], CampaignWord> = {
  running: "campaignRunning",
  paused: "campaignPaused",
  stopped: "campaignStopped",
};
const RESULTS: Record<string, CampaignWord> = {
  answered: "campaignAnswered",
  machine: "campaignMachine",
  message_left: "campaignMessageLeft",
  no_answer: "campaignNoAnswer",
  busy: "campaignBusy",
  failed: "campaignFailed",
  cancelled: "campaignCancelled",
  skipped: "campaignSkipped",
  do_not_call: "campaignUnwanted",
  no_hours: "campaignNoHours",
  withdrawn: "campaignWithdrawn",
};

/** Every campaign: how far it has come, more contacts from a file, start, pause and stop. */
export default function Campaigns() {
  const { t } = useSpeech();
  const c = useCampaignWords();
  const campaigns = useQuery({
    queryKey: KEY,
    queryFn: () => get<Shown>("/campaigns"),
    refetchInterval: LOOK_AGAIN_MS,
  });
  return (
    <Stack>
      <Title order={1} size="h2">
        {t("campaigns")}
      </Title>
      {campaigns.isLoadingError ? (
        <Failure error={campaigns.error} retry={() => void campaigns.refetch()} />
      ) : campaigns.isPending ? (
        <Stack gap={8} role="status" aria-label={t("loading")}>
          {[0, 1].map(row => (
            <Skeleton key={row} height={110} />
          ))}
        </Stack>
      ) : campaigns.data.items.length === 0 ? (
        <Empty icon={<IconPhoneOutgoing />} title={c("noCampaigns")} hint={c("noCampaignsHint")} />
      ) : (
        <Stack gap="sm" maw={820}>
          {campaigns.data.items.map(one => (
            <Row key={one.name} campaign={one} />
          ))}
        </Stack>
      )}
    </Stack>
  );
}

function Row({ campaign }: { campaign: Campaign }) {
  const c = useCampaignWords();
  const names = useNames();
  const { session } = useLive();
  const queries = useQueryClient();
  const { address, change } = useAddress();
  const open = address.get("campaign") === campaign.name;
  const toggle = () => change({ campaign: open ? null : campaign.name, pages: null });
  const place = `/campaigns/${encodeURIComponent(campaign.name)}`;
  const refresh = () => queries.invalidateQueries({ queryKey: KEY });
  const turn = useMutation({
    mutationFn: (state: Campaign["state"]) => put<Campaign>(`${place}/state`, { state }),
    onSettled: refresh,
  });
  const bring = useMutation({
    mutationFn: (file: File) => upload<Added>("POST", `${place}/contacts/import`, file, "text/csv"),
    onSettled: refresh,
  });
  const done = Object.values(campaign.done).reduce((sum, count) => sum + count, 0);
  const left = campaign.waiting + campaign.calling;
  const may = session?.permissions ?? {};
  const title = campaign.title || campaign.name;
  return (
    <Card withBorder padding="md" data-testid="campaign" data-state={campaign.state}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2}>
          <Group gap="xs">
            <Title order={2} size="h4">
              {title}
            </Title>
            <Badge variant="light" color={campaign.state === "running" ? "green" : "gray"}>
              {c(STATES[campaign.state])}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {c(campaign.kind === "preview" ? "campaignPreview" : "campaignProgressive")} · {names.queue(campaign.queue)}
          </Text>
        </Stack>
        <Group gap="xs" wrap="nowrap">
          {may["campaigns.import"] && (
            <FileButton accept="text/csv,.csv" onChange={file => file && bring.mutate(file)}>
              {button => (
                <Tooltip label={c("campaignContacts")}>
                  <ActionIcon
                    {...button}
                    variant="default"
                    size="lg"
                    loading={bring.isPending}
                    aria-label={`${c("campaignContacts")}: ${title}`}
                  >
                    <IconUpload size={18} />
                  </ActionIcon>
                </Tooltip>
              )}
            </FileButton>
          )}
          {may["campaigns.state"] && campaign.state === "running" && (
            <Button
              variant="default"
              leftSection={<IconPlayerPause size={18} />}
              loading={turn.isPending}
              onClick={() => turn.mutate("paused")}
            >
              {c("campaignPause")}
            </Button>
          )}
          {may["campaigns.state"] && campaign.state !== "running" && left > 0 && (
            <Button
              leftSection={<IconPlayerPlay size={18} />}
              loading={turn.isPending}
              onClick={() => turn.mutate("running")}
            >
              {c("campaignStart")}
            </Button>
          )}
          {may["campaigns.state"] && left > 0 && (
            <Tooltip label={c("campaignStop")}>
              <ActionIcon
                variant="default"
                size="lg"
                aria-label={`${c("campaignStop")}: ${title}`}
                onClick={() => turn.mutate("stopped")}
              >
                <IconPlayerStop size={18} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      </Group>
      <Progress
        mt="sm"
        value={done + left === 0 ? 0 : (100 * done) / (done + left)}
        aria-label={c("campaignProgress")}
      />
      <Group mt="xs" gap="md">
        <Text size="sm">{c("campaignLeft", { waiting: campaign.waiting, calling: campaign.calling })}</Text>
        {Object.entries(campaign.done).map(([result, count]) => {
          const word = RESULTS[result];
          return (
            <Text key={result} size="sm" c="dimmed">
              {word ? c(word) : result}: {count}
            </Text>
          );
        })}
      </Group>
      {may["campaigns.attempts"] && (
        <>
          <Group mt="xs">
            <Button
              variant="subtle"
              size="compact-sm"
              aria-expanded={open}
              onClick={toggle}
              leftSection={<IconChevronRight size={14} aria-hidden="true" className={open ? "turned" : undefined} />}
            >
              {c("campaignAttempts")}
            </Button>
          </Group>
          {open && <CampaignAttempts campaign={campaign.name} title={title} words={RESULTS} />}
        </>
      )}
      {bring.isSuccess && (
        <Text size="sm" mt="xs" role="status">
          {c("campaignAdded", { added: bring.data.added, given: bring.data.given })}
        </Text>
      )}
      {bring.error instanceof ApiError && bring.error.status === 422 ? (
        <WrongText size="sm" mt="xs">
          {c("campaignWrongFile")}{" "}
          {bring.error.faults
            .slice(0, 5)
            .map(one => `${one.field}: ${one.message}`)
            .join(" · ")}
        </WrongText>
      ) : (
        bring.isError && <Failure error={bring.error} retry={() => bring.reset()} />
      )}
      {turn.isError && <Failure error={turn.error} retry={() => turn.reset()} />}
    </Card>
  );
}
