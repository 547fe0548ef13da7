/** Tokens for scripts. */

import { ActionIcon, Alert, Button, Checkbox, Group, Paper, Skeleton, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { IconKey, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { get, post, remove } from "../api/client";
import type { Page } from "../api/types";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { moment } from "./moment";
import { Secret } from "./Secret";
import { useAdmin } from "./words";

interface Token {
  id: string;
  name: string;
  login: string;
  is_read_only: boolean;
  last_used_at: string | null;
}

export default function Tokens() {
  const { a, language } = useAdmin();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [readOnly, setReadOnly] = useState(false);
  const look = () => void queries.invalidateQueries({ queryKey: ["tokens"] });
  const tokens = useQuery({ queryKey: ["tokens"], queryFn: () => get<Page<Token>>("/tokens?limit=500") });
  const make = useMutation({
    mutationFn: () => post<Token & { token: string }>("/tokens", { name, is_read_only: readOnly }),
    onSuccess: () => {
      setName("");
      look();
    },
  });
  const erase = useMutation({ mutationFn: (id: string) => remove<void>(`/tokens/${id}`), onSuccess: look });
  function submit(event: FormEvent) {
    event.preventDefault();
    make.mutate();
  }
  if (tokens.isError) return <Failure error={tokens.error} retry={() => void tokens.refetch()} />;
  const rows = tokens.data?.items ?? [];
  return (
    <Stack>
      <Title order={1} size="h2">{a("tokens")}</Title>
      <Paper withBorder p="md">
        <form onSubmit={submit}>
          <Group align="flex-end" className="token-form">
            <TextInput label={a("tokenName")} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} />
            <Checkbox label={a("readOnly")} checked={readOnly} mb={8} onChange={(event) => setReadOnly(event.currentTarget.checked)} />
            <Button type="submit" disabled={name.trim() === ""} loading={make.isPending}>{a("newToken")}</Button>
          </Group>
        </form>
        {make.isError && <Text c="red" role="alert">{make.error.message}</Text>}
        {make.data && <Alert color="yellow" mt="md" title={a("tokenOnce")}><Secret label={make.data.name} value={make.data.token} /></Alert>}
      </Paper>
      {tokens.isPending && <Skeleton height={120} />}
      {tokens.isSuccess && rows.length === 0 && <Empty icon={<IconKey />} title={a("noTokens")} hint={a("noTokensHint")} />}
      {rows.length > 0 && (
        <Table.ScrollContainer minWidth={480} type="native" className="sheet" tabIndex={0} role="region" aria-label={a("tokens")}>
          <Table>
            <Table.Thead><Table.Tr><Table.Th>{a("tokenName")}</Table.Th><Table.Th>{a("owner")}</Table.Th><Table.Th>{a("readOnly")}</Table.Th><Table.Th>{a("lastUsed")}</Table.Th><Table.Th><span className="unseen">{a("remove")}</span></Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {rows.map((token) => (
                <Table.Tr key={token.id}>
                  <Table.Td>{token.name}</Table.Td>
                  <Table.Td>{token.login}</Table.Td>
                  <Table.Td>{a(token.is_read_only ? "yes" : "no")}</Table.Td>
                  <Table.Td>{token.last_used_at ? moment(token.last_used_at, language) : a("never")}</Table.Td>
                  <Table.Td><ActionIcon variant="subtle" color="gray" aria-label={`${a("remove")}: ${token.name}`} onClick={() => erase.mutate(token.id)}><IconTrash size={16} /></ActionIcon></Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
