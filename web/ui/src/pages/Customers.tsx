import { Badge, Button, Group, Skeleton, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import { IconSearch, IconUserPlus, IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { get, query } from "../api/client";
import type { Contact, Page } from "../api/types";
import { ContactForm } from "../components/ContactForm";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { PhoneNumber } from "../components/PhoneNumber";
import { useNames } from "../live/lists";
import { useSpeech } from "../text/language";
import { contactSearch } from "../text/search";

const TYPING_MS = 250;

/** Everybody who is known by name; the search stands in the address. */
export default function Customers() {
  const { t } = useSpeech();
  const [address, setAddress] = useSearchParams();
  const sought = address.get("q") ?? "";
  const [text, setText] = useState(sought);
  const [creating, { open, close }] = useDisclosure(false);
  const navigate = useNavigate();
  const seek = useDebouncedCallback((q: string) => setAddress(q ? { q } : {}, { replace: true }), TYPING_MS);
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">{t("customers")}</Title>
        <Button leftSection={<IconUserPlus size={18} />} onClick={open}>{t("newCustomer")}</Button>
      </Group>
      <TextInput
        type="search"
        data-search
        aria-label={t("searchCustomers")}
        placeholder={t("searchCustomers")}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        maw={420}
        maxLength={60}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          seek(event.currentTarget.value.trim());
        }}
      />
      <List sought={sought} />
      <ContactForm opened={creating} close={close} saved={(contact) => void navigate(`/customers/${contact.id}`)} />
    </Stack>
  );
}

function List({ sought }: { sought: string }) {
  const { t } = useSpeech();
  const names = useNames();
  const contacts = useInfiniteQuery({
    queryKey: ["contacts", sought],
    queryFn: ({ pageParam }) => get<Page<Contact>>(`/contacts${query({ ...contactSearch(sought), limit: 50, cursor: pageParam })}`),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });
  if (contacts.isError) return <Failure error={contacts.error} retry={() => void contacts.refetch()} />;
  if (contacts.isPending) return <Stack gap={8} role="status" aria-label={t("loading")}>{[0, 1, 2, 3].map((row) => <Skeleton key={row} height={44} />)}</Stack>;
  const rows = contacts.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) return <Empty icon={<IconUsers />} title={t(sought ? "noCustomersFound" : "noCustomers")} hint={sought ? "" : t("noCustomersHint")} />;
  return (
    <>
      <Table.ScrollContainer minWidth={520} type="native" className="sheet" tabIndex={0} role="region" aria-label={t("customers")}>
        <Table highlightOnHover verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr><Table.Th>{t("name")}</Table.Th><Table.Th>{t("company")}</Table.Th><Table.Th>{t("number")}</Table.Th><Table.Th>{t("responsible")}</Table.Th></Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((contact) => (
              <Table.Tr key={contact.id} data-testid="customer-row">
                <Table.Td>
                  <Link to={`/customers/${contact.id}`} className="plain-link"><Text span fw={600}>{contact.name}</Text></Link>
                  {contact.vip && <Badge ml="xs" size="sm" variant="light" color="violet">{t("vip")}</Badge>}
                </Table.Td>
                <Table.Td>{contact.company ?? "–"}</Table.Td>
                <Table.Td className="nowrap">{contact.numbers[0] ? <PhoneNumber number={contact.numbers[0]} /> : "–"}</Table.Td>
                <Table.Td>{contact.responsible ? names.person(contact.responsible) : "–"}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {contacts.hasNextPage && <Button variant="light" mx="auto" loading={contacts.isFetchingNextPage} onClick={() => void contacts.fetchNextPage()}>{t("more")}</Button>}
    </>
  );
}
