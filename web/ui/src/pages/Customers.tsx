import {
  ActionIcon,
  Badge,
  Button,
  Card,
  Group,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
  Tooltip,
} from "@mantine/core";
import { useDebouncedCallback, useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconDownload, IconPhoneOutgoing, IconSearch, IconUpload, IconUserPlus, IconUsers } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { Link, useNavigate } from "react-router";

import { saveTable } from "../api/client";
import type { Contact } from "../api/types";
import { ContactForm } from "../components/ContactForm";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { MorePages } from "../components/MorePages";
import { opensRow } from "../components/opensRow";
import { PhoneNumber } from "../components/PhoneNumber";
import { SortHead } from "../components/SortHead";
import { useCustomerWords } from "../customers/words";
import { useDial, useFault } from "../live/actions";
import { useNames } from "../live/lists";
import { useRights } from "../live/may";
import { orderOf, turned } from "../live/order";
import { useAddress } from "../live/useAddress";
import { usePages } from "../live/usePages";
import { useSpeech } from "../text/language";

const TYPING_MS = 250;
const ImportCustomers = lazy(async () => ({ default: (await import("../customers/ImportCustomers")).ImportCustomers }));

const ORDERS = ["name", "company"] as const;

interface Order {
  sort: string | null;
  turn: (field: string) => void;
}

/** Everybody who is known by name; the search and the order stand in the address. */
export default function Customers() {
  const { t } = useSpeech();
  const { may } = useRights();
  const { address, change } = useAddress();
  const sought = address.get("q") ?? "";
  const [text, setText] = useState(sought);
  const [creating, { open, close }] = useDisclosure(false);
  const importing = useDisclosure(false);
  const { c } = useCustomerWords();
  const fault = useFault();
  const navigate = useNavigate();
  const seek = useDebouncedCallback((q: string) => change({ q, pages: null }), TYPING_MS);
  const sort = orderOf(address.get("sort"), ORDERS);
  const turn = (field: string) => change({ sort: turned(sort, field), pages: null });
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t("customers")}
        </Title>
        <Group gap="xs">
          {may("contacts.export") && (
            <Button
              variant="subtle"
              leftSection={<IconDownload size={16} aria-hidden="true" />}
              onClick={() => void saveTable("/contacts/export", "contacts.csv").catch(fault)}
            >
              {c("exportCsv")}
            </Button>
          )}
          {may("contacts.import") && (
            <Button
              variant="default"
              leftSection={<IconUpload size={16} aria-hidden="true" />}
              onClick={importing[1].open}
            >
              {c("importCsv")}
            </Button>
          )}
          {may("contacts.create") && (
            <Button leftSection={<IconUserPlus size={18} aria-hidden="true" />} onClick={open}>
              {t("newCustomer")}
            </Button>
          )}
        </Group>
      </Group>
      <TextInput
        type="search"
        data-search
        aria-label={t("searchCustomers")}
        placeholder={c("searchMore")}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        maw={420}
        maxLength={60}
        value={text}
        onChange={event => {
          setText(event.currentTarget.value);
          seek(event.currentTarget.value.trim());
        }}
      />
      <List sought={sought} sort={sort} turn={turn} />
      {may("contacts.import") && (
        <Suspense>
          <ImportCustomers opened={importing[0]} close={importing[1].close} />
        </Suspense>
      )}
      <ContactForm opened={creating} close={close} saved={contact => void navigate(`/customers/${contact.id}`)} />
    </Stack>
  );
}

function List({ sought, sort, turn }: Order & { sought: string }) {
  const { t } = useSpeech();
  const narrow = useMediaQuery("(max-width: 48em)") ?? false;
  const contacts = usePages<Contact>({
    key: ["contacts", "list", sought, sort],
    path: "/contacts",
    asked: { q: sought, sort },
    limit: 50,
  });
  if (contacts.isLoadingError) return <Failure error={contacts.error} retry={() => void contacts.refetch()} />;
  if (contacts.isPending)
    return (
      <Stack gap={8} role="status" aria-label={t("loading")}>
        {[0, 1, 2, 3].map(row => (
          <Skeleton key={row} height={44} />
        ))}
      </Stack>
    );
  const { rows } = contacts;
  if (rows.length === 0)
    return (
      <Empty
        icon={<IconUsers />}
        title={t(sought ? "noCustomersFound" : "noCustomers")}
        hint={sought ? "" : t("noCustomersHint")}
      />
    );
  const Rows = narrow ? ContactCards : ContactTable;
  return (
    <>
      <Rows contacts={rows} sort={sort} turn={turn} />
      <MorePages list={contacts} />
    </>
  );
}

function ContactTable({ contacts, sort, turn }: Order & { contacts: Contact[] }) {
  const { t } = useSpeech();
  const names = useNames();
  return (
    <Table.ScrollContainer
      minWidth={520}
      type="native"
      className="sheet"
      tabIndex={0}
      role="region"
      aria-label={t("customers")}
    >
      <Table highlightOnHover verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <SortHead sort={sort} field="name" turn={turn}>
              {t("name")}
            </SortHead>
            <SortHead sort={sort} field="company" turn={turn}>
              {t("company")}
            </SortHead>
            <Table.Th>{t("number")}</Table.Th>
            <Table.Th>{t("responsible")}</Table.Th>
            <Table.Th>
              <span className="unseen">{t("call")}</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {contacts.map(contact => (
            <Table.Tr key={contact.id} data-testid="customer-row" style={{ cursor: "pointer" }} onClick={opensRow}>
              <Table.Td>
                <Name contact={contact} />
              </Table.Td>
              <Table.Td>{contact.company ?? "–"}</Table.Td>
              <Table.Td className="nowrap">
                {contact.numbers[0] ? <PhoneNumber number={contact.numbers[0]} /> : "–"}
              </Table.Td>
              <Table.Td>{contact.responsible ? names.person(contact.responsible) : "–"}</Table.Td>
              <Table.Td ta="right">
                <CallButton contact={contact} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function ContactCards({ contacts }: { contacts: Contact[] }) {
  const names = useNames();
  return (
    <Stack gap="xs">
      {contacts.map(contact => (
        <Card key={contact.id} withBorder padding="sm" data-testid="customer-row">
          <Group justify="space-between" wrap="nowrap">
            <div className="grow">
              <Name contact={contact} />
              {contact.numbers[0] && (
                <Text size="sm">
                  <PhoneNumber number={contact.numbers[0]} />
                </Text>
              )}
              <Text size="xs" c="dimmed" truncate>
                {[contact.company, contact.responsible && names.person(contact.responsible)]
                  .filter(Boolean)
                  .join(" · ")}
              </Text>
            </div>
            <CallButton contact={contact} />
          </Group>
        </Card>
      ))}
    </Stack>
  );
}

function Name({ contact }: { contact: Contact }) {
  const { t } = useSpeech();
  return (
    <Group gap="2px 8px">
      <Link to={`/customers/${contact.id}`} className="plain-link">
        <Text span fw={600}>
          {contact.name}
        </Text>
      </Link>
      {contact.vip && (
        <Badge size="sm" variant="light" color="violet">
          {t("vip")}
        </Badge>
      )}
    </Group>
  );
}

function CallButton({ contact }: { contact: Contact }) {
  const { t } = useSpeech();
  const { dial } = useDial();
  const [number] = contact.numbers;
  if (number === undefined) return null;
  const label = t("callTo", { number: contact.name });
  return (
    <Tooltip label={label}>
      <ActionIcon variant="light" radius="xl" aria-label={label} onClick={() => dial.mutate(number)}>
        <IconPhoneOutgoing size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
