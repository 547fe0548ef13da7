/** Who a campaign wants called next: shown to the agent, who starts the call or leaves it out. */

import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { IconPhoneOutgoing } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { get, post } from "../api/client";
import type { CampaignOffers, Started } from "../api/schema";
import { useLive } from "../live/session";
import { useSpeech } from "../text/language";
import { Failure } from "./Failure";
import { PhoneNumber } from "./PhoneNumber";

const KEY = ["campaign-offers"];

export function CampaignOffer() {
  const { t } = useSpeech();
  const { session, onEvent } = useLive();
  const queries = useQueryClient();
  const login = session?.login;
  const { data } = useQuery({ queryKey: KEY, queryFn: () => get<CampaignOffers>("/campaign-offers") });
  const refresh = () => queries.invalidateQueries({ queryKey: KEY });
  useEffect(
    () =>
      onEvent(event => {
        if ((event.type === "campaign.offered" || event.type === "campaign.withdrawn") && event["login"] === login)
          void queries.invalidateQueries({ queryKey: KEY });
      }),
    [onEvent, queries, login],
  );
  const decide = useMutation({
    mutationFn: ({ id, action }: { id: string; action: "start" | "skip" }) =>
      post<Started>(`/campaign-offers/${id}`, { action }),
    onSettled: refresh,
  });
  const offer = data?.items[0];
  if (!offer) return null;
  return (
    <Paper shadow="lg" withBorder p="md" className="screen-pop" data-testid="campaign-offer">
      <Stack gap="xs">
        <Text size="xs" c="dimmed">
          {t("campaignNext")} · {offer.title || offer.campaign}
        </Text>
        <Text fw={700} size="lg">
          {offer.name || <PhoneNumber number={offer.number} />}
        </Text>
        {offer.name && <PhoneNumber number={offer.number} />}
        <Group>
          <Button
            leftSection={<IconPhoneOutgoing size={18} />}
            loading={decide.isPending}
            onClick={() => decide.mutate({ id: offer.id, action: "start" })}
          >
            {t("campaignCall")}
          </Button>
          <Button
            variant="default"
            disabled={decide.isPending}
            onClick={() => decide.mutate({ id: offer.id, action: "skip" })}
          >
            {t("campaignSkip")}
          </Button>
        </Group>
        {decide.isError && (
          <Failure
            error={decide.error}
            retry={() => {
              decide.reset();
              void refresh();
            }}
          />
        )}
      </Stack>
    </Paper>
  );
}
