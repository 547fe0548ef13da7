/** What is being sold to a customer: a new deal with its amount, and how far each is. */

import { Button, Card, Group, NativeSelect, NumberInput, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { get, patch, post } from "../api/client";
import type { Deal, Page } from "../api/types";
import { useFault } from "../live/actions";
import { useRights } from "../live/may";
import { money } from "../text/format";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";

const CURRENCY = "EUR";
const STATUS: Record<Deal["status"], Word> = { open: "statusOpen", won: "statusWon", lost: "statusLost" };
const STATUSES = Object.keys(STATUS) as Deal["status"][];

export function CustomerDeals({ contactId }: { contactId: string }) {
  const { t, language } = useSpeech();
  const { may } = useRights();
  const queries = useQueryClient();
  const fault = useFault();
  const key = ["deals", contactId];
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => get<Page<Deal>>(`/deals?contact_id=${contactId}&limit=50`),
  });
  const again = () => queries.invalidateQueries({ queryKey: key });
  const change = useMutation({
    mutationFn: ({ id, status }: Pick<Deal, "id" | "status">) => patch<Deal>(`/deals/${id}`, { status }),
    onSettled: again,
    onError: fault,
  });
  return (
    <Card withBorder component="section" aria-labelledby="deals">
      <Title order={2} size="h3" id="deals" mb="xs">
        {t("deals")}
      </Title>
      {data?.items.length === 0 && <Text c="dimmed">{t("noDeals")}</Text>}
      {data?.items.map(deal => (
        <Group key={deal.id} justify="space-between" wrap="nowrap" py={4}>
          <Text className="grow">
            {deal.title}
            {deal.amount !== null && deal.currency && (
              <Text span inherit className="tabular">
                {" "}
                · {money(deal.amount, deal.currency, language)}
              </Text>
            )}
          </Text>
          <NativeSelect
            size="xs"
            w={110}
            disabled={!may("deals.change")}
            aria-label={t("statusOf", { title: deal.title })}
            value={deal.status}
            data={STATUSES.map(value => ({ value, label: t(STATUS[value]) }))}
            onChange={event => change.mutate({ id: deal.id, status: event.currentTarget.value as Deal["status"] })}
          />
        </Group>
      ))}
      {may("deals.create") && <NewDeal contactId={contactId} added={again} />}
    </Card>
  );
}

function NewDeal({ contactId, added }: { contactId: string; added: () => void }) {
  const { t, language } = useSpeech();
  const fault = useFault();
  const [title, setTitle] = useState("");
  const [amount, setAmount] = useState<number | string>("");
  const add = useMutation({
    mutationFn: () =>
      post<Deal>("/deals", {
        title: title.trim(),
        contact_id: contactId,
        ...(typeof amount === "number" ? { amount, currency: CURRENCY } : {}),
      }),
    onSuccess: () => {
      setTitle("");
      setAmount("");
      added();
    },
    onError: fault,
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (title.trim()) add.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Group gap="xs" mt="xs">
        <TextInput
          aria-label={t("newDeal")}
          placeholder={t("newDeal")}
          value={title}
          maxLength={200}
          onChange={event => setTitle(event.currentTarget.value)}
          className="grow"
          miw={120}
        />
        <NumberInput
          aria-label={t("amount")}
          placeholder={t("amount")}
          value={amount}
          onChange={setAmount}
          min={0}
          max={1e9}
          decimalScale={2}
          hideControls
          w={110}
          suffix=" €"
          thousandSeparator={language === "es" ? "." : ","}
          decimalSeparator={language === "es" ? "," : "."}
        />
        <Button type="submit" variant="light" disabled={!title.trim()} loading={add.isPending}>
          {t("addTask")}
        </Button>
      </Group>
    </form>
  );
}
