/** Tokens for scripts. */

import {
  ActionIcon,
  Alert,
  Button,
  Checkbox,
  Group,
  Input,
  Modal,
  Paper,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { IconKey, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { get, post, remove } from "../api/client";
import type { Page } from "../api/types";
import { DayInput } from "../components/DayInput";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { WrongText } from "../components/WrongText";
import { useNames } from "../live/lists";
import { useRights } from "../live/may";
import { day } from "../text/format";
import { endOfDay, moment } from "./moment";
import { Secret } from "./Secret";
import { Until } from "./Until";
import { useAdmin } from "./words";

interface Token {
  id: string;
  name: string;
  login: string;
  is_read_only: boolean;
  expires_at: string | null;
  last_used_at: string | null;
}

export default function Tokens() {
  const { a, language } = useAdmin();
  const queries = useQueryClient();
  const { may } = useRights();
  const names = useNames();
  const [name, setName] = useState("");
  const [until, setUntil] = useState("");
  const [leaving, setLeaving] = useState<Token | null>(null);
  const [readOnly, setReadOnly] = useState(false);
  const look = () => void queries.invalidateQueries({ queryKey: ["tokens"] });
  const tokens = useQuery({ queryKey: ["tokens"], queryFn: () => get<Page<Token>>("/tokens?limit=500") });
  const make = useMutation({
    mutationFn: () =>
      post<Token & { token: string }>("/tokens", {
        name,
        is_read_only: readOnly,
        expires_at: until === "" ? null : endOfDay(until),
      }),
    onSuccess: () => {
      setName("");
      setUntil("");
      look();
    },
  });
  const erase = useMutation({
    mutationFn: (id: string) => remove<void>(`/tokens/${id}`),
    onSuccess: look,
    onSettled: () => setLeaving(null),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    make.mutate();
  }
  if (tokens.isError) return <Failure error={tokens.error} retry={() => void tokens.refetch()} />;
  const rows = tokens.data?.items ?? [];
  return (
    <Stack>
      <Title order={1} size="h2">
        {a("tokens")}
      </Title>
      {may("tokens.create") && (
        <Paper withBorder p="md">
          <form onSubmit={submit}>
            <Group align="flex-end" className="token-form">
              <TextInput
                label={a("tokenName")}
                value={name}
                maxLength={100}
                onChange={event => setName(event.currentTarget.value)}
              />
              <Checkbox
                label={a("readOnly")}
                checked={readOnly}
                mb={8}
                onChange={event => setReadOnly(event.currentTarget.checked)}
              />
              <Input.Wrapper label={a("untilDay")} labelElement="div">
                <DayInput word="toDay" min={day()} value={until} change={setUntil} />
              </Input.Wrapper>
              <Button type="submit" disabled={name.trim() === ""} loading={make.isPending}>
                {a("newToken")}
              </Button>
            </Group>
          </form>
          {make.isError && <WrongText>{make.error.message}</WrongText>}
          {make.data && (
            <Alert color="yellow" mt="md" title={a("tokenOnce")}>
              <Secret label={make.data.name} value={make.data.token} />
            </Alert>
          )}
        </Paper>
      )}
      {tokens.isPending && <Skeleton height={120} />}
      {tokens.isSuccess && rows.length === 0 && (
        <Empty icon={<IconKey />} title={a("noTokens")} hint={a("noTokensHint")} />
      )}
      {rows.length > 0 && (
        <Table.ScrollContainer
          minWidth={640}
          type="native"
          className="sheet"
          tabIndex={0}
          role="region"
          aria-label={a("tokens")}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{a("tokenName")}</Table.Th>
                <Table.Th>{a("owner")}</Table.Th>
                <Table.Th>{a("scopeWord")}</Table.Th>
                <Table.Th>{a("lastUsed")}</Table.Th>
                <Table.Th>{a("until")}</Table.Th>
                <Table.Th>
                  <span className="unseen">{a("remove")}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(token => (
                <Table.Tr key={token.id}>
                  <Table.Td>{token.name}</Table.Td>
                  <Table.Td>{names.person(token.login)}</Table.Td>
                  <Table.Td>{a(token.is_read_only ? "scopeRead" : "scopeAll")}</Table.Td>
                  <Table.Td>{token.last_used_at ? moment(token.last_used_at, language) : a("never")}</Table.Td>
                  <Table.Td>
                    <Until at={token.expires_at} />
                  </Table.Td>
                  <Table.Td>
                    {may("tokens.delete") && (
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={`${a("remove")}: ${token.name}`}
                        onClick={() => setLeaving(token)}
                      >
                        <IconTrash size={16} />
                      </ActionIcon>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {erase.isError && (
        <Alert color="red" role="alert">
          {erase.error.message}
        </Alert>
      )}
      <Modal
        opened={leaving !== null}
        onClose={() => setLeaving(null)}
        title={leaving && `${a("remove")}: ${leaving.name}`}
        closeButtonProps={{ "aria-label": a("close") }}
      >
        <Text size="sm">{a("tokenGone")}</Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setLeaving(null)}>
            {a("cancel")}
          </Button>
          <Button color="red" loading={erase.isPending} onClick={() => leaving && erase.mutate(leaving.id)}>
            {a("remove")}
          </Button>
        </Group>
      </Modal>
    </Stack>
  );
}
