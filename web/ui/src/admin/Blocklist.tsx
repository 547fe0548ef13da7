/** Who is turned away: one by one, or a hundred thousand from a file, all of it or nothing. */

import {
  ActionIcon,
  Alert,
  Button,
  FileButton,
  Group,
  List,
  Paper,
  Progress,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconBan, IconDownload, IconHistory, IconSearch, IconTrash, IconUpload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";

import { ApiError, type Fault, get, remove, saveTable, upload } from "../api/client";
import type { Rule } from "../api/schema";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { MorePages } from "../components/MorePages";
import { useNames } from "../live/lists";
import { useLive } from "../live/session";
import { useAddress } from "../live/useAddress";
import { usePages } from "../live/usePages";
import { moment } from "./moment";
import { NewBlockRule } from "./NewBlockRule";
import { Until } from "./Until";
import { isWord, useAdmin, type AdminSay } from "./words";

interface ImportProgress {
  state: "idle" | "reading" | "writing" | "done" | "failed";
  rows: number;
  done: number;
}

const TYPING_MS = 250;
const LOOK_MS = 400;

export default function Blocklist() {
  const { a, language } = useAdmin();
  const { session } = useLive();
  const names = useNames();
  const scope = useScopeName();
  const queries = useQueryClient();
  const { address, change } = useAddress();
  const sought = address.get("q") ?? "";
  const [text, setText] = useState(sought);
  const seek = useDebouncedCallback((q: string) => change({ q, pages: null }), TYPING_MS);
  const look = () => void queries.invalidateQueries({ queryKey: ["blocklist"] });
  const rules = usePages<Rule>({ key: ["blocklist", sought], path: "/blocklist", asked: { q: sought }, limit: 50 });
  const erase = useMutation({ mutationFn: (id: string) => remove<void>(`/blocklist/${id}`), onSuccess: look });
  const { rows } = rules;
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {a("blocklist")}
        </Title>
        <Group gap="xs">
          {session?.permissions?.["audit.list"] && (
            <Button
              variant="subtle"
              component={Link}
              to="/settings/audit?kind=block_rule"
              leftSection={<IconHistory size={16} aria-hidden="true" />}
            >
              {a("blockHistory")}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden="true" />}
            onClick={() => void saveTable("/blocklist/export", "blocklist.csv")}
          >
            {a("exportCsv")}
          </Button>
        </Group>
      </Group>
      <NewBlockRule added={look} />
      {session?.permissions?.["blocklist.import"] && <Import done={look} />}
      <TextInput
        type="search"
        data-search
        aria-label={a("search")}
        placeholder={a("search")}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        maw={360}
        maxLength={60}
        value={text}
        onChange={event => {
          setText(event.currentTarget.value);
          seek(event.currentTarget.value.trim());
        }}
      />
      {rules.isError && <Failure error={rules.error} retry={() => void rules.refetch()} />}
      {rules.isPending && <Skeleton height={120} />}
      {rules.isSuccess && rows.length === 0 && (
        <Empty
          icon={<IconBan />}
          title={a(sought ? "noneFound" : "noBlocked")}
          hint={sought ? "" : a("noBlockedHint")}
        />
      )}
      {rows.length > 0 && (
        <Table.ScrollContainer
          minWidth={760}
          type="native"
          className="sheet"
          tabIndex={0}
          role="region"
          aria-label={a("blocklist")}
        >
          <Table highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{a("blockNumber")}</Table.Th>
                <Table.Th>{a("action")}</Table.Th>
                <Table.Th>{a("scope")}</Table.Th>
                <Table.Th>{a("until")}</Table.Th>
                <Table.Th>{a("note")}</Table.Th>
                <Table.Th>{a("when")}</Table.Th>
                <Table.Th>
                  <span className="unseen">{a("remove")}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(rule => (
                <Table.Tr key={rule.id} data-testid="block-rule">
                  <Table.Td className="tabular nowrap">{rule.number}</Table.Td>
                  <Table.Td>{isWord(rule.action) ? a(rule.action) : rule.action}</Table.Td>
                  <Table.Td>{scope(rule.scope)}</Table.Td>
                  <Table.Td className="nowrap">
                    <Until at={rule.expires_at} />
                  </Table.Td>
                  <Table.Td>{rule.note}</Table.Td>
                  <Table.Td className="nowrap">
                    {moment(rule.created_at, language)}
                    {rule.created_by && (
                      <Text size="xs" c="dimmed">
                        {names.person(rule.created_by)}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    {session?.permissions?.["blocklist.delete"] && (
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={`${a("remove")}: ${rule.number}`}
                        onClick={() => erase.mutate(rule.id)}
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
      <MorePages list={rules} />
    </Stack>
  );
}

function useScopeName(): (scope: string) => string {
  const { a } = useAdmin();
  const names = useNames();
  return scope => {
    const [kind = "", ...rest] = scope.split(":");
    const name = rest.join(":");
    if (kind === "department") return a("scopeDepartment", { name });
    return kind === "person" ? a("scopePerson", { name: names.person(name) }) : a("scopeCompany");
  };
}

/** "line 12" of the server's answer, in the page's language. */
function lineOf(fault: Fault, a: AdminSay): string {
  const line = /^line (\d+)$/.exec(fault.field)?.[1];
  return line === undefined ? `${fault.field}: ${fault.message}` : a("faultLine", { line, message: fault.message });
}

function Import({ done }: { done: () => void }) {
  const { a } = useAdmin();
  const take = useMutation({
    mutationFn: (file: File) => upload<{ rows: number; added: number }>("POST", "/blocklist/import", file, "text/csv"),
    onSuccess: ({ rows, added }) => {
      notifications.show({ message: a("imported", { rows, added }), color: "green" });
      done();
    },
  });
  const progress = useQuery({
    queryKey: ["blocklist-import"],
    queryFn: () => get<ImportProgress>("/blocklist/import"),
    refetchInterval: LOOK_MS,
    enabled: take.isPending,
  });
  const faults = take.error instanceof ApiError ? take.error.faults : [];
  const { rows = 0, done: written = 0, state } = progress.data ?? {};
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group>
          <FileButton accept=".csv,text/csv" onChange={file => file && take.mutate(file)}>
            {props => (
              <Button
                {...props}
                variant="light"
                leftSection={<IconUpload size={16} aria-hidden="true" />}
                loading={take.isPending}
              >
                {a("importCsv")}
              </Button>
            )}
          </FileButton>
          <Text size="sm" c="dimmed">
            {a("importHint")}
          </Text>
        </Group>
        {take.isPending && (
          <div role="status">
            <Text size="sm">{state === "writing" ? a("writing", { done: written, rows }) : a("reading")}</Text>
            <Progress aria-label={a("importCsv")} value={rows > 0 ? (100 * written) / rows : 5} animated />
          </div>
        )}
        {take.isError && (
          <Alert color="red" role="alert" title={a("importFaults")}>
            {faults.length === 0 && <Text size="sm">{take.error.message}</Text>}
            <List size="sm" className="fault-list">
              {faults.map((fault, place) => (
                <List.Item key={place}>{lineOf(fault, a)}</List.Item>
              ))}
            </List>
          </Alert>
        )}
      </Stack>
    </Paper>
  );
}
