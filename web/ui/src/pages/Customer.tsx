import { ActionIcon, Anchor, Badge, Button, Card, Group, Skeleton, Stack, Text, Title, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowLeft, IconPencil, IconPhoneOutgoing } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";

import { get } from "../api/client";
import type { Contact, Deal, Lead, Page } from "../api/types";
import { Fact } from "../components/CallStory";
import { ContactForm } from "../components/ContactForm";
import { CustomerHistory } from "../components/CustomerHistory";
import { CustomerTasks } from "../components/CustomerTasks";
import { Failure } from "../components/Failure";
import { PhoneNumber } from "../components/PhoneNumber";
import { useDial } from "../live/actions";
import { useNames } from "../live/lists";
import { moment, money, phone } from "../text/format";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";

const STATUS: Record<Lead["status"] | Deal["status"], Word> = {
  new: "statusNew",
  in_progress: "statusInProgress",
  converted: "statusConverted",
  lost: "statusLost",
  open: "statusOpen",
  won: "statusWon",
};

/** One customer: who it is, what happened, what is open. */
export default function Customer() {
  const { t } = useSpeech();
  const { id = "" } = useParams();
  const contact = useQuery({ queryKey: ["contacts", "one", id], queryFn: () => get<Contact>(`/contacts/${encodeURIComponent(id)}`) });
  return (
    <Stack>
      <Anchor component={Link} to="/customers" w="fit-content"><Group gap={4}><IconArrowLeft size={16} aria-hidden="true" />{t("customers")}</Group></Anchor>
      {contact.isError ? (
        <Failure error={contact.error} retry={() => void contact.refetch()} />
      ) : contact.isPending ? (
        <Skeleton height={140} role="status" aria-label={t("loading")} />
      ) : (
        <>
          <Head contact={contact.data} />
          <div className="customer">
            <CustomerHistory contactId={id} />
            <Stack>
              <CustomerTasks contactId={id} />
              <Deals contactId={id} />
              <Leads contactId={id} />
            </Stack>
          </div>
        </>
      )}
    </Stack>
  );
}

function Head({ contact }: { contact: Contact }) {
  const { t } = useSpeech();
  const names = useNames();
  const { dial } = useDial();
  const [editing, { open, close }] = useDisclosure(false);
  return (
    <Card withBorder padding="lg">
      <Group justify="space-between" align="flex-start">
        <div>
          <Group gap="xs">
            <Title order={1}>{contact.name}</Title>
            {contact.vip && <Badge variant="light" color="violet">{t("vip")}</Badge>}
          </Group>
          {contact.company && <Text c="dimmed">{contact.company}</Text>}
        </div>
        <Button variant="default" leftSection={<IconPencil size={16} />} onClick={open}>{t("edit")}</Button>
      </Group>
      <Group mt="md" gap="xl" align="flex-start" component="dl" mb={0}>
        <Fact name={t("numbers")}>
          {contact.numbers.length === 0 && "–"}
          {contact.numbers.map((number) => (
            <Group key={number} gap={6} wrap="nowrap">
              <PhoneNumber number={number} />
              <Tooltip label={t("call")}>
                <ActionIcon variant="subtle" aria-label={t("callTo", { number: phone(number).text })} onClick={() => dial.mutate(number)}>
                  <IconPhoneOutgoing size={16} />
                </ActionIcon>
              </Tooltip>
            </Group>
          ))}
        </Fact>
        <Fact name={t("responsible")}>{contact.responsible ? names.person(contact.responsible) : "–"}</Fact>
        <Fact name={t("language")}>{contact.language ? t(contact.language === "en" ? "english" : "spanish") : "–"}</Fact>
        <Fact name={t("email")}>{contact.email ? <Anchor href={`mailto:${contact.email}`}>{contact.email}</Anchor> : "–"}</Fact>
      </Group>
      <ContactForm contact={contact} opened={editing} close={close} />
    </Card>
  );
}

function Deals({ contactId }: { contactId: string }) {
  const { t, language } = useSpeech();
  const { data } = useQuery({ queryKey: ["deals", contactId], queryFn: () => get<Page<Deal>>(`/deals?contact_id=${contactId}&limit=50`) });
  return (
    <Card withBorder component="section" aria-labelledby="deals">
      <Title order={2} size="h3" id="deals" mb="xs">{t("deals")}</Title>
      {data?.items.length === 0 && <Text c="dimmed">{t("noDeals")}</Text>}
      {data?.items.map((deal) => (
        <Group key={deal.id} justify="space-between" wrap="nowrap" py={4}>
          <Text>{deal.title}{deal.amount !== null && deal.currency && ` · ${money(deal.amount, deal.currency, language)}`}</Text>
          <Badge variant="light" tt="none" color={deal.status === "won" ? "green" : deal.status === "lost" ? "gray" : "blue"}>{t(STATUS[deal.status])}</Badge>
        </Group>
      ))}
    </Card>
  );
}

function Leads({ contactId }: { contactId: string }) {
  const { t, language } = useSpeech();
  const { data } = useQuery({ queryKey: ["leads", contactId], queryFn: () => get<Page<Lead>>(`/leads?contact_id=${contactId}&limit=50`) });
  return (
    <Card withBorder component="section" aria-labelledby="leads">
      <Title order={2} size="h3" id="leads" mb="xs">{t("leads")}</Title>
      {data?.items.length === 0 && <Text c="dimmed">{t("noLeads")}</Text>}
      {data?.items.map((lead) => (
        <Group key={lead.id} justify="space-between" wrap="nowrap" py={4} align="flex-start">
          <div>
            <Text>{lead.source ? t("leadFrom", { number: phone(lead.source).text }) : t("lead")}</Text>
            <Text size="xs" c="dimmed">{moment(lead.created_at, language)}{lead.repeat && ` · ${t("leadRepeat")}`}</Text>
          </div>
          <Badge variant="light" tt="none" color={lead.status === "converted" ? "green" : lead.status === "lost" ? "gray" : "blue"}>{t(STATUS[lead.status])}</Badge>
        </Group>
      ))}
    </Card>
  );
}
