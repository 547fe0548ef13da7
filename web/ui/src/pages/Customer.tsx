import { ActionIcon, Anchor, Badge, Button, Card, Group, NativeSelect, Skeleton, Stack, Text, Title, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowLeft, IconMail, IconPencil, IconPhoneOutgoing } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "react-router";

import { get, patch } from "../api/client";
import type { ChangeContact } from "../api/schema";
import type { Contact, Lead, Page } from "../api/types";
import { Fact } from "../components/CallStory";
import { ContactForm } from "../components/ContactForm";
import { CustomerDeals } from "../components/CustomerDeals";
import { CustomerHistory } from "../components/CustomerHistory";
import { CustomerTasks } from "../components/CustomerTasks";
import { Failure } from "../components/Failure";
import { InlineText } from "../components/InlineText";
import { PhoneNumber } from "../components/PhoneNumber";
import { MayBeSame, MergeButton } from "../customers/MergeCustomers";
import { useDial, useFault } from "../live/actions";
import { useAgents } from "../live/lists";
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
          <MayBeSame contact={contact.data} />
          <Head contact={contact.data} />
          <div className="customer">
            <CustomerHistory contactId={id} />
            <Stack>
              <CustomerTasks contactId={id} />
              <CustomerDeals contactId={id} />
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
  const { dial } = useDial();
  const { data: agents } = useAgents();
  const editable = useRights().may("contacts.change");
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (part: ChangeContact) => patch<Contact>(`/contacts/${contact.id}`, part),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["contacts"] }),
  });
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
        <Group gap="xs">
          <MergeButton contact={contact} />
          {editable && <Button variant="default" leftSection={<IconPencil size={16} aria-hidden="true" />} onClick={open}>{t("edit")}</Button>}
        </Group>
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
        <Fact name={t("responsible")}>
          <Chosen name={t("responsible")} value={contact.responsible} none={t("nobody")} editable={editable} save={(responsible) => change.mutateAsync({ responsible })} data={(agents?.items ?? []).map((agent) => ({ value: agent.login, label: agent.name }))} />
        </Fact>
        <Fact name={t("language")}>
          <Chosen name={t("language")} value={contact.language} none="–" editable={editable} save={(language) => change.mutateAsync({ language: language as ChangeContact["language"] })} data={[{ value: "es", label: t("spanish") }, { value: "en", label: t("english") }]} />
        </Fact>
        <Fact name={t("email")}>
          <Group gap={4} wrap="nowrap">
            <InlineText name={t("email")} type="email" value={contact.email ?? ""} shown={contact.email} maxLength={254} editable={editable} save={(email) => change.mutateAsync({ email: email || null })} />
            {contact.email && <ActionIcon component="a" href={`mailto:${contact.email}`} variant="subtle" aria-label={t("writeTo", { name: contact.email })}><IconMail size={16} /></ActionIcon>}
          </Group>
        </Fact>
      </Group>
      <ContactForm contact={contact} opened={editing} close={close} />
    </Card>
  );
}

interface ChosenProps {
  name: string;
  value: string | null;
  none: string;
  data: { value: string; label: string }[];
  editable: boolean;
  save: (value: string | null) => Promise<unknown>;
}

/** One of a few, changed where it stands. */
function Chosen({ name, value, none, data, editable, save }: ChosenProps) {
  const fault = useFault();
  if (!editable) return data.find((one) => one.value === value)?.label ?? value ?? none;
  return (
    <NativeSelect
      variant="unstyled"
      className="inline-select"
      aria-label={name}
      value={value ?? ""}
      data={[{ value: "", label: none }, ...data]}
      onChange={(event) => void save(event.currentTarget.value || null).catch(fault)}
    />
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
