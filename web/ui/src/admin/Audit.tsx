/** Who changed what, field by field; the latest change of a thing can be taken back. */

import { Button, Group, NativeSelect, Skeleton, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowBackUp, IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useSearchParams } from "react-router";

import { get, post, query } from "../api/client";
import type { Page } from "../api/types";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { useNames } from "../live/lists";
import { useRights } from "../live/may";
import { auditValue } from "./auditValue";
import { useNamed } from "./choices";
import { fieldLabel } from "./labels";
import { moment } from "./moment";
import { useLookAgain } from "./parts";
import { Refusal } from "./Refusal";
import { isWord, useAdmin, type AdminWord } from "./words";

interface Entry {
  id: string;
  at: string;
  by: string | null;
  action: string;
  kind: string;
  name: string;
  title: string;
  version: number | null;
  detail: Record<string, unknown>;
  changes: { field: string; before: unknown; after: unknown }[];
  can_undo: boolean;
}

const ACTIONS: Record<string, AdminWord> = { restored: "restoredAction", imported: "importedAction", recorded: "recordedAction", erased: "erasedAction", held: "heldAction", released: "releasedAction" };
/** What there is one of: it was there from the beginning. */
const ONE_OF = new Set(["company", "recordings"]);
const KINDS = ["company", "person", "role", "number", "trunk", "queue", "ring_group", "menu", "room", "switch", "voicemail_box", "webhook", "campaign", "paging_group", "speed_dial", "block_rule", "do_not_call", "prompt", "token", "callback", "recordings", "recording", "voicemail", "report_mail"];
/** Lists that things are put on and taken from. */
const LISTS = new Set(["block_rule", "do_not_call"]);
const LISTED: Record<string, AdminWord> = { created: "addedTo", deleted: "takenFrom" };
/** Who erases what has been kept for as long as it was to be. */
const RETENTION = "retention";
/** What concerns a thing as a whole: nobody asks for its fields one by one. */
const WHOLE = new Set(["created", "deleted"]);
/** What has no name that people would know it by. */
const NAMELESS = new Set(["company", "callback", "call", "recordings", "recording"]);

export default function Audit() {
  const { a, language } = useAdmin();
  const names = useNames();
  const { may } = useRights();
  const again = useLookAgain();
  const [address, setAddress] = useSearchParams();
  const kind = address.get("kind") ?? "";
  const entries = useInfiniteQuery({
    queryKey: ["audit", kind],
    queryFn: ({ pageParam }) => get<Page<Entry>>(`/audit${query({ kind, limit: 30, cursor: pageParam })}`),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
  const undo = useMutation({
    mutationFn: (id: string) => post<void>(`/audit/${id}/undo`),
    onSuccess: () => notifications.show({ message: a("undone"), color: "green" }),
    onSettled: again,
  });
  const word = (name: string) => (isWord(name) ? a(name) : name);
  const roles = useNamed("role", "people");
  const known = { ...names, role: (name: string) => roles?.find(({ value }) => value === name)?.label ?? name };
  const called = ({ action, kind: of, name, title, detail }: Entry) => {
    if (action === "erased") return `${name === RETENTION ? "" : name} (${String(detail["count"])})`;
    return NAMELESS.has(of) ? "" : title || name;
  };
  const rows = entries.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">{a("audit")}</Title>
        <NativeSelect aria-label={a("filterKind")} value={kind} data={[{ value: "", label: a("filterKind") }, ...KINDS.map((one) => ({ value: one, label: word(`kind_${one}`) }))]} onChange={(event) => setAddress(event.currentTarget.value ? { kind: event.currentTarget.value } : {}, { replace: true })} />
      </Group>
      <Text c="dimmed">{a("auditHint")}</Text>
      {entries.isError && <Failure error={entries.error} retry={() => void entries.refetch()} />}
      {entries.isPending && <Skeleton height={160} />}
      {entries.isSuccess && rows.length === 0 && <Empty icon={<IconHistory />} title={a("noAudit")} />}
      {rows.length > 0 && <ul className="history sheet audit">
        {rows.map((entry) => (
          <li key={entry.id} data-testid="audit-entry">
            <Group justify="space-between" wrap="nowrap" align="flex-start">
              <div className="grow">
                <Text><Text span fw={600}>{entry.by ? names.person(entry.by) : a(entry.name === RETENTION ? "byRetention" : "somebody")}</Text> {word((LISTS.has(entry.kind) && LISTED[entry.action]) || (ACTIONS[entry.action] ?? entry.action))} {word(`kind_${entry.kind}`)} <Text span fw={600}>{called(entry)}</Text></Text>
                <Text size="xs" c="dimmed">{moment(entry.at, language)}</Text>
                {!WHOLE.has(entry.action) && entry.changes.length > 0 && (
                  <Stack gap={2} mt={4}>
                    {entry.changes.slice(0, 8).map((change) => <Text key={change.field} size="sm">{fieldLabel(change.field, language)}: <del>{auditValue(change.field, change.before, language, known)}</del> → <ins>{auditValue(change.field, change.after, language, known)}</ins></Text>)}
                  </Stack>
                )}
                {entry.version !== null && !entry.can_undo && <Text size="xs" c="dimmed">{a(entry.version === 1 && ONE_OF.has(entry.kind) ? "firstVersion" : "laterChanges")}</Text>}
                {undo.isError && undo.variables === entry.id && <Refusal error={undo.error} />}
              </div>
              {entry.can_undo && may("audit.undo") && <Button size="xs" variant="light" leftSection={<IconArrowBackUp size={14} aria-hidden="true" />} loading={undo.isPending && undo.variables === entry.id} onClick={() => undo.mutate(entry.id)} aria-label={`${a("undo")}: ${called(entry) || word(`kind_${entry.kind}`)}`}>{a("undo")}</Button>}
            </Group>
          </li>
        ))}
      </ul>}
      {entries.hasNextPage && <Group><Button variant="light" loading={entries.isFetchingNextPage} onClick={() => void entries.fetchNextPage()}>{a("more")}</Button></Group>}
    </Stack>
  );
}
