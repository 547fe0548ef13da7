import {
  ActionIcon,
  Anchor,
  Badge,
  Button,
  Card,
  Group,
  NativeSelect,
  Skeleton,
  Stack,
  Text,
  Title,
  Tooltip,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowLeft, IconMail, IconPencil, IconPhoneOutgoing } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "react-router";

import { get, patch } from "../api/client";
import type { ChangeContact } from "../api/schema";
import type { Contact } from "../api/types";
import { Fact } from "../components/CallStory";
import { ContactForm } from "../components/ContactForm";
import { CustomerDeals } from "../components/CustomerDeals";
import { CustomerHistory } from "../components/CustomerHistory";
import { CustomerLeads } from "../components/CustomerLeads";
import { CustomerTasks } from "../components/CustomerTasks";
import { Failure } from "../components/Failure";
import { InlineText } from "../components/InlineText";
import { PhoneNumber } from "../components/PhoneNumber";
import { MayBeSame, MergeButton } from "../customers/MergeCustomers";
import { useDial, useFault } from "../live/actions";
import { useAgents } from "../live/lists";
import { useRights } from "../live/may";
import { phone } from "../text/format";
import { useSpeech } from "../text/language";

/** One customer: who it is, what happened, what is open. */
export default function Customer() {
  const { t } = useSpeech();
  const { id = "" } = useParams();
  const contact = useQuery({
    queryKey: ["contacts", "one", id],
    queryFn: () => get<Contact>(`/contacts/${encodeURIComponent(id)}`),
  });
  return (
    <Stack>
      <Anchor component={Link} to="/customers" w="fit-content">
        <Group gap={4}>
          <IconArrowLeft size={16} aria-hidden="true" />
          {t("customers")}
        </Group>
      </Anchor>
      {contact.isError ? (
        <Failure error={contact.error} retry={() => void contact.refetch()} />
      ) : contact.isPending ? (
        <Stack role="status" aria-label={t("loading")}>
          <Skeleton height={190} />
          <div className="customer">
            <Skeleton height={240} />
            <Stack>
              <Skeleton height={160} />
              <Skeleton height={120} />
            </Stack>
          </div>
        </Stack>
      ) : (
        <>
          <MayBeSame contact={contact.data} />
          <Head contact={contact.data} />
          <div className="customer">
            <CustomerHistory contactId={id} />
            <Stack>
              <CustomerTasks contactId={id} />
              <CustomerDeals contactId={id} />
              <CustomerLeads contactId={id} />
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
            {contact.vip && (
              <Badge variant="light" color="violet">
                {t("vip")}
              </Badge>
            )}
          </Group>
          {contact.company && <Text c="dimmed">{contact.company}</Text>}
        </div>
        <Group gap="xs">
          <MergeButton contact={contact} />
          {editable && (
            <Button variant="default" leftSection={<IconPencil size={16} aria-hidden="true" />} onClick={open}>
              {t("edit")}
            </Button>
          )}
        </Group>
      </Group>
      <Group mt="md" gap="12px 32px" align="flex-start" component="dl" mb={0}>
        <Fact name={t("numbers")}>
          {contact.numbers.length === 0 && "–"}
          {contact.numbers.map(number => (
            <Group key={number} gap={6} wrap="nowrap">
              <PhoneNumber number={number} />
              <Tooltip label={t("call")}>
                <ActionIcon
                  variant="subtle"
                  aria-label={t("callTo", { number: phone(number).text })}
                  onClick={() => dial.mutate(number)}
                >
                  <IconPhoneOutgoing size={16} />
                </ActionIcon>
              </Tooltip>
            </Group>
          ))}
        </Fact>
        <Fact name={t("responsible")}>
          <Chosen
            name={t("responsible")}
            value={contact.responsible}
            none={t("nobody")}
            editable={editable}
            save={responsible => change.mutateAsync({ responsible })}
            data={(agents?.items ?? []).map(agent => ({ value: agent.login, label: agent.name }))}
          />
        </Fact>
        <Fact name={t("language")}>
          <Chosen
            name={t("language")}
            value={contact.language}
            none="–"
            editable={editable}
            save={language => change.mutateAsync({ language: language as ChangeContact["language"] })}
            data={[
              { value: "es", label: t("spanish") },
              { value: "en", label: t("english") },
            ]}
          />
        </Fact>
        <Fact name={t("email")}>
          <Group gap={4} wrap="nowrap">
            <InlineText
              name={t("email")}
              type="email"
              value={contact.email ?? ""}
              shown={contact.email}
              maxLength={254}
              editable={editable}
              save={email => change.mutateAsync({ email: email || null })}
            />
            {contact.email && (
              <ActionIcon
                component="a"
                href={`mailto:${contact.email}`}
                variant="subtle"
                aria-label={t("writeTo", { name: contact.email })}
              >
                <IconMail size={16} />
              </ActionIcon>
            )}
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
  if (!editable) return data.find(one => one.value === value)?.label ?? value ?? none;
  return (
    <NativeSelect
      variant="unstyled"
      className="inline-select"
      aria-label={name}
      value={value ?? ""}
      data={[{ value: "", label: none }, ...data]}
      onChange={event => void save(event.currentTarget.value || null).catch(fault)}
    />
  );
}
