/** Two customers that are one: offered where they share a number or a name, looked at side by side, made one of. */

import {
  Alert,
  Button,
  Card,
  Group,
  Modal,
  Radio,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconArrowMerge, IconSearch, IconUsers } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";

import { get, post, query, sayAll } from "../api/client";
import type { Duplicates } from "../api/schema";
import type { Contact, Page } from "../api/types";
import { PhoneNumber } from "../components/PhoneNumber";
import { useNames } from "../live/lists";
import { useRights } from "../live/may";
import { moment, phone } from "../text/format";
import { useCustomerWords } from "./words";

const TYPING_MS = 250;
const FOUND = 6;

/** Offers whoever may be the same; nothing where nobody is. */
export function MayBeSame({ contact }: { contact: Contact }) {
  const { c } = useCustomerWords();
  const { may } = useRights();
  const [other, setOther] = useState<Contact | null>(null);
  const { data } = useQuery({
    queryKey: ["contacts", "duplicates", contact.id],
    queryFn: () => get<Duplicates>(`/contacts/duplicates${query({ contact_id: contact.id })}`),
    enabled: may("contacts.duplicates") && may("contacts.merge"),
  });
  const found = new Map<string, { other: Contact; shared: string[] }>();
  for (const { by, value, contacts } of data?.items ?? []) {
    for (const one of contacts.filter(({ id }) => id !== contact.id)) {
      const shared = by === "number" ? c("sameNumber", { value: phone(value).text }) : c("sameName");
      found.set(one.id, { other: one, shared: [...(found.get(one.id)?.shared ?? []), shared] });
    }
  }
  return (
    <>
      {[...found.values()].map(one => (
        <Alert key={one.other.id} color="yellow" icon={<IconUsers size={18} />} data-testid="may-be-same" p="sm">
          <Group justify="space-between" gap="sm">
            <Text size="sm">
              {c("mayBeSame", {
                name: [one.other.name, one.other.company].filter(Boolean).join(", "),
                what: one.shared.join(", "),
              })}
            </Text>
            <Button size="xs" variant="default" onClick={() => setOther(one.other)}>
              {c("compare")}
            </Button>
          </Group>
        </Alert>
      ))}
      <Merge contact={contact} other={other} choose={setOther} opened={other !== null} close={() => setOther(null)} />
    </>
  );
}

/** For two that the exchange does not take for the same. */
export function MergeButton({ contact }: { contact: Contact }) {
  const { c } = useCustomerWords();
  const { may } = useRights();
  const [opened, { open, close }] = useDisclosure(false);
  const [other, setOther] = useState<Contact | null>(null);
  if (!may("contacts.merge")) return null;
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        leftSection={<IconArrowMerge size={16} aria-hidden="true" />}
        onClick={() => {
          setOther(null);
          open();
        }}
      >
        {c("mergeWith")}
      </Button>
      <Merge contact={contact} other={other} choose={setOther} opened={opened} close={close} />
    </>
  );
}

interface MergeProps {
  contact: Contact;
  other: Contact | null;
  choose: (other: Contact) => void;
  opened: boolean;
  close: () => void;
}

function Merge({ contact, other, choose, opened, close }: MergeProps) {
  const { c } = useCustomerWords();
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={c("mergeTitle")}
      closeButtonProps={{ "aria-label": c("close") }}
    >
      {other === null ? (
        <Search contact={contact} choose={choose} />
      ) : (
        <SideBySide contact={contact} other={other} close={close} />
      )}
    </Modal>
  );
}

function Search({ contact, choose }: { contact: Contact; choose: (other: Contact) => void }) {
  const { c } = useCustomerWords();
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), TYPING_MS);
  const { data } = useQuery({
    queryKey: ["contacts", "other", sought],
    queryFn: () => get<Page<Contact>>(`/contacts${query({ q: sought, limit: FOUND + 1 })}`),
    enabled: sought !== "",
  });
  const found = (data?.items ?? []).filter(({ id }) => id !== contact.id).slice(0, FOUND);
  return (
    <Stack gap="xs">
      <TextInput
        data-autofocus
        type="search"
        label={c("mergeSearch")}
        placeholder={c("searchMore")}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        maxLength={60}
        value={text}
        onChange={event => setText(event.currentTarget.value)}
      />
      {sought && data && found.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {c("noneFound")}
        </Text>
      )}
      {found.map(one => (
        <UnstyledButton key={one.id} onClick={() => choose(one)} className="found-customer">
          <Text fw={600}>{one.name}</Text>
          <Text size="sm" c="dimmed">
            {one.company}
            {one.company && one.numbers[0] && " · "}
            {one.numbers[0] && <PhoneNumber number={one.numbers[0]} />}
          </Text>
        </UnstyledButton>
      ))}
    </Stack>
  );
}

function SideBySide({ contact, other, close }: { contact: Contact; other: Contact; close: () => void }) {
  const { c } = useCustomerWords();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [kept, setKept] = useState(contact.id);
  const gone = kept === contact.id ? other.id : contact.id;
  const merge = useMutation({
    mutationFn: () => post<Contact>(`/contacts/${kept}/merge`, { other: gone }),
    onSuccess: async () => {
      notifications.show({ message: c("merged"), color: "green", closeButtonProps: { "aria-label": c("close") } });
      close();
      if (kept !== contact.id) await navigate(`/customers/${kept}`, { replace: true });
      queries.removeQueries({ queryKey: ["contacts", "one", gone] });
      for (const key of ["contacts", "activities", "deals", "tasks", "leads"])
        void queries.invalidateQueries({ queryKey: [key] });
    },
  });
  return (
    <Stack>
      <Radio.Group value={kept} onChange={setKept} aria-label={c("keep")}>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Side contact={contact} isKept={kept === contact.id} />
          <Side contact={other} isKept={kept === other.id} />
        </SimpleGrid>
      </Radio.Group>
      <Text size="sm">{c("mergeHint")}</Text>
      <Alert color="yellow" icon={<IconAlertTriangle size={18} />} p="xs">
        {c("mergeWarning")}
      </Alert>
      {merge.isError && (
        <Alert color="red" role="alert" p="xs">
          {sayAll(merge.error)}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {c("cancel")}
        </Button>
        <Button loading={merge.isPending} onClick={() => merge.mutate()}>
          {c("merge")}
        </Button>
      </Group>
    </Stack>
  );
}

function Side({ contact, isKept }: { contact: Contact; isKept: boolean }) {
  const { c, language } = useCustomerWords();
  const names = useNames();
  return (
    <Card withBorder padding="sm" {...(isKept ? { bg: "var(--mantine-primary-color-light)" } : {})}>
      <Radio
        value={contact.id}
        label={<Text fw={600}>{contact.name}</Text>}
        description={c(isKept ? "keep" : "goes")}
        mb="sm"
      />
      <dl className="side-facts">
        <Line name={c("company")}>{contact.company}</Line>
        <Line name={c("numbers")}>
          {contact.numbers.map(number => (
            <div key={number}>
              <PhoneNumber number={number} />
            </div>
          ))}
        </Line>
        <Line name={c("email")}>{contact.email}</Line>
        <Line name={c("responsible")}>{contact.responsible && names.person(contact.responsible)}</Line>
        <Line name={c("vip")}>{c(contact.vip ? "yes" : "no")}</Line>
        <Line name={c("createdAt")}>{moment(contact.created_at, language)}</Line>
      </dl>
    </Card>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  const isEmpty = children === null || children === "" || (Array.isArray(children) && children.length === 0);
  return (
    <>
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0} mb={6}>
        {isEmpty ? "–" : children}
      </Text>
    </>
  );
}
