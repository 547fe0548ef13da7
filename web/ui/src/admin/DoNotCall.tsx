/** Whom no campaign calls: who asked for it, since when; taken back with one click. */

import { ActionIcon, Button, Paper, SimpleGrid, Skeleton, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { IconPhoneOff, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { ApiError, post, remove } from "../api/client";
import type { Unwanted } from "../api/schema";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { MorePages } from "../components/MorePages";
import { useNames } from "../live/lists";
import { useLive } from "../live/session";
import { usePages } from "../live/usePages";
import { moment } from "./moment";
import { useAdmin } from "./words";

const KEY = ["do-not-call"];

export default function DoNotCall() {
  const { a, language } = useAdmin();
  const names = useNames();
  const { session } = useLive();
  const may = session?.permissions ?? {};
  const queries = useQueryClient();
  const look = () => void queries.invalidateQueries({ queryKey: KEY });
  const listed = usePages<Unwanted>({ key: KEY, path: "/do-not-call", limit: 50 });
  const erase = useMutation({
    mutationFn: (number: string) => remove<void>(`/do-not-call/${encodeURIComponent(number)}`),
    onSuccess: look,
  });
  const { rows } = listed;
  return (
    <Stack>
      <Title order={1} size="h2">
        {a("do_not_call")}
      </Title>
      <Text c="dimmed">{a("doNotCallAbout")}</Text>
      {may["do_not_call.create"] && <NewUnwanted added={look} />}
      {listed.isError && <Failure error={listed.error} retry={() => void listed.refetch()} />}
      {erase.isError && <Failure error={erase.error} retry={() => erase.reset()} />}
      {listed.isPending && <Skeleton height={120} />}
      {listed.isSuccess && rows.length === 0 && (
        <Empty icon={<IconPhoneOff />} title={a("noUnwanted")} hint={a("noUnwantedHint")} />
      )}
      {rows.length > 0 && (
        <Table.ScrollContainer
          minWidth={480}
          type="native"
          className="sheet"
          tabIndex={0}
          role="region"
          aria-label={a("do_not_call")}
        >
          <Table highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{a("numberWord")}</Table.Th>
                <Table.Th>{a("note")}</Table.Th>
                <Table.Th>{a("who")}</Table.Th>
                <Table.Th>{a("when")}</Table.Th>
                <Table.Th>
                  <span className="unseen">{a("remove")}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(row => (
                <Table.Tr key={row.number} data-testid="unwanted">
                  <Table.Td className="tabular nowrap">{row.number}</Table.Td>
                  <Table.Td>{row.note}</Table.Td>
                  <Table.Td>{row.created_by === null ? a("somebody") : names.person(row.created_by)}</Table.Td>
                  <Table.Td className="nowrap">{moment(row.created_at, language)}</Table.Td>
                  <Table.Td>
                    {may["do_not_call.delete"] && (
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={`${a("remove")}: ${row.number}`}
                        onClick={() => erase.mutate(row.number)}
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
      <MorePages list={listed} />
    </Stack>
  );
}

function NewUnwanted({ added }: { added: () => void }) {
  const { a } = useAdmin();
  const [fields, set] = useState({ number: "", note: "" });
  const add = useMutation({
    mutationFn: () => post<Unwanted>("/do-not-call", fields),
    onSuccess: () => {
      set({ number: "", note: "" });
      added();
    },
  });
  const faults = add.error instanceof ApiError ? add.error.faults : [];
  const fault = faults.find(one => one.field === "number")?.message ?? (add.error ? add.error.message : null);
  function submit(event: FormEvent) {
    event.preventDefault();
    add.mutate();
  }
  return (
    <Paper withBorder p="md">
      <form onSubmit={submit} noValidate>
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          <TextInput
            label={a("numberWord")}
            value={fields.number}
            error={fault}
            maxLength={40}
            onChange={event => set({ ...fields, number: event.currentTarget.value })}
          />
          <TextInput
            label={a("note")}
            value={fields.note}
            maxLength={500}
            onChange={event => set({ ...fields, note: event.currentTarget.value })}
          />
          <Button type="submit" mt={{ base: 0, sm: 25 }} loading={add.isPending} disabled={fields.number.trim() === ""}>
            {a("doNotCallAdd")}
          </Button>
        </SimpleGrid>
      </form>
    </Paper>
  );
}
