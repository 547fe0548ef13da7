/** A customer's leads; an open one becomes a deal with a title of its own, or is given up. */

import { ActionIcon, Badge, Button, Card, Group, Text, TextInput, Title, Tooltip } from "@mantine/core";
import { IconArrowRight, IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { get, patch, post, sayAll } from "../api/client";
import type { Converted } from "../api/schema";
import type { Lead, Page } from "../api/types";
import { useCustomerWords } from "../customers/words";
import { useFault } from "../live/actions";
import { useRights } from "../live/may";
import { moment, phone } from "../text/format";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";

const STATUS: Record<Lead["status"], Word> = {
  new: "statusNew",
  in_progress: "statusInProgress",
  converted: "statusConverted",
  lost: "statusLost",
};
const COLOUR: Record<Lead["status"], string> = { new: "blue", in_progress: "blue", converted: "green", lost: "gray" };

export function CustomerLeads({ contactId }: { contactId: string }) {
  const { t } = useSpeech();
  const { data } = useQuery({
    queryKey: ["leads", contactId],
    queryFn: () => get<Page<Lead>>(`/leads?contact_id=${contactId}&limit=50`),
  });
  return (
    <Card withBorder component="section" aria-labelledby="leads">
      <Title order={2} size="h3" id="leads" mb="xs">
        {t("leads")}
      </Title>
      {data?.items.length === 0 && <Text c="dimmed">{t("noLeads")}</Text>}
      {data?.items.map(lead => (
        <Row key={lead.id} lead={lead} />
      ))}
    </Card>
  );
}

function Row({ lead }: { lead: Lead }) {
  const { t, language } = useSpeech();
  const { c } = useCustomerWords();
  const { may } = useRights();
  const fault = useFault();
  const queries = useQueryClient();
  const [naming, setNaming] = useState(false);
  const look = () => void queries.invalidateQueries({ queryKey: ["leads"] });
  const giveUp = useMutation({
    mutationFn: () => patch<Lead>(`/leads/${lead.id}`, { status: "lost" }),
    onSettled: look,
    onError: fault,
  });
  const isOpen = lead.status === "new" || lead.status === "in_progress";
  return (
    <div data-testid="lead">
      <Group justify="space-between" wrap="nowrap" py={4} align="flex-start">
        <div>
          <Text>{lead.source ? t("leadFrom", { number: phone(lead.source).text }) : t("lead")}</Text>
          <Text size="xs" c="dimmed">
            {moment(lead.created_at, language)}
            {lead.repeat && ` · ${t("leadRepeat")}`}
          </Text>
        </div>
        <Badge variant="light" color={COLOUR[lead.status]}>
          {t(STATUS[lead.status])}
        </Badge>
      </Group>
      {isOpen && !naming && (
        <Group gap="xs">
          {may("leads.convert") && (
            <Button
              size="compact-sm"
              variant="light"
              rightSection={<IconArrowRight size={14} aria-hidden="true" />}
              onClick={() => setNaming(true)}
            >
              {c("toDeal")}
            </Button>
          )}
          {may("leads.change") && (
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              loading={giveUp.isPending}
              onClick={() => giveUp.mutate()}
            >
              {c("giveUp")}
            </Button>
          )}
        </Group>
      )}
      {isOpen && naming && <ToDeal lead={lead} close={() => setNaming(false)} />}
    </div>
  );
}

function ToDeal({ lead, close }: { lead: Lead; close: () => void }) {
  const { t } = useSpeech();
  const { c } = useCustomerWords();
  const queries = useQueryClient();
  const [title, setTitle] = useState("");
  const convert = useMutation({
    mutationFn: () => post<Converted>(`/leads/${lead.id}/convert`, { deal: { title: title.trim() } }),
    onSuccess: () => {
      for (const key of ["leads", "deals", "activities"]) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (title.trim()) convert.mutate();
  }
  return (
    <form onSubmit={submit} onKeyDown={event => event.key === "Escape" && close()}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <TextInput
          className="grow"
          autoFocus
          aria-label={c("dealTitle")}
          placeholder={c("dealTitle")}
          value={title}
          maxLength={200}
          error={convert.isError && sayAll(convert.error)}
          onChange={event => setTitle(event.currentTarget.value)}
        />
        <Button type="submit" variant="light" disabled={!title.trim()} loading={convert.isPending}>
          {t("save")}
        </Button>
        <Tooltip label={t("cancel")}>
          <ActionIcon size={36} variant="subtle" color="gray" aria-label={t("cancel")} onClick={close}>
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </form>
  );
}
