/** Who changed what, field by field; the latest change of a thing can be taken back. */

import { Button, Group, NativeSelect, Skeleton, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowBackUp, IconHistory } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { post } from "../api/client";
import type { Entry } from "../api/schema";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { MorePages } from "../components/MorePages";
import { useNames } from "../live/lists";
import { useRights } from "../live/may";
import { useAddress } from "../live/useAddress";
import { usePages } from "../live/usePages";
import { auditName, auditSentence, kindName, RETENTION, whyNot, type AuditKind } from "./auditSentence";
import { auditValue, differing, type Names } from "./auditValue";
import { KINDS } from "./auditWords";
import { useNamed } from "./choices";
import type { Value } from "./jsonSchema";
import { labelIn } from "./labels";
import { moment } from "./moment";
import { useLookAgain } from "./parts";
import { Refusal } from "./Refusal";
import { useAdmin } from "./words";

/** What concerns a thing as a whole: nobody asks for its fields one by one. */
const WHOLE = new Set(["created", "deleted"]);
/** What the settings call several of a kind, where it is not the kind with an s. */
const LISTED: Partial<Record<AuditKind, string>> = {
  company: "company",
  recordings: "recordings",
  person: "people",
  switch: "switches",
  voicemail_box: "voicemail_boxes",
};

export default function Audit() {
  const { a, language } = useAdmin();
  const names = useNames();
  const { may } = useRights();
  const again = useLookAgain();
  const { address, change } = useAddress();
  const kind = address.get("kind") ?? "";
  const entries = usePages<Entry>({ key: ["audit", kind], path: "/audit", asked: { kind }, limit: 30 });
  const undo = useMutation({
    mutationFn: (id: string) => post<void>(`/audit/${id}/undo`),
    onSuccess: () => notifications.show({ message: a("undone"), color: "green" }),
    onSettled: again,
  });
  const kinds = (Object.keys(KINDS) as AuditKind[])
    .map(one => ({ value: one, label: kindName(one, language) }))
    .sort((one, other) => one.label.localeCompare(other.label, language));
  const roles = useNamed("role", "people");
  const known = { ...names, role: (name: string) => roles?.find(({ value }) => value === name)?.label ?? name };
  const { rows } = entries;
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {a("audit")}
        </Title>
        <NativeSelect
          aria-label={a("filterKind")}
          value={kind}
          data={[{ value: "", label: a("filterKind") }, ...kinds]}
          onChange={event => change({ kind: event.currentTarget.value, pages: null })}
        />
      </Group>
      <Text c="dimmed">{a("auditHint")}</Text>
      {entries.isError && <Failure error={entries.error} retry={() => void entries.refetch()} />}
      {entries.isPending && <Skeleton height={160} />}
      {entries.isSuccess && rows.length === 0 && <Empty icon={<IconHistory />} title={a("noAudit")} />}
      {rows.length > 0 && (
        <ul className="history sheet audit">
          {rows.map(entry => (
            <li key={entry.id} data-testid="audit-entry">
              <Group justify="space-between" wrap="nowrap" align="flex-start">
                <div className="grow">
                  <Text>
                    <Text span fw={600}>
                      {entry.by ? names.person(entry.by) : a(entry.name === RETENTION ? "byRetention" : "somebody")}
                    </Text>{" "}
                    <Sentence entry={entry} language={language} />
                  </Text>
                  <Text size="xs" c="dimmed">
                    {moment(entry.at, language)}
                  </Text>
                  {!WHOLE.has(entry.action) && entry.changes.length > 0 && (
                    <Stack gap={2} mt={4}>
                      {entry.changes.slice(0, 8).map(({ field, before, after }) => (
                        <Change
                          key={field}
                          field={field}
                          listed={LISTED[entry.kind] ?? `${entry.kind}s`}
                          values={differing(before as Value, after as Value)}
                          names={known}
                          language={language}
                        />
                      ))}
                    </Stack>
                  )}
                  {typeof entry.detail["note"] === "string" && <Text size="sm">{entry.detail["note"]}</Text>}
                  {!entry.can_undo && (
                    <Text size="xs" c="dimmed">
                      {whyNot(entry, language)}
                    </Text>
                  )}
                  {undo.isError && undo.variables === entry.id && <Refusal error={undo.error} />}
                </div>
                {entry.can_undo && may("audit.undo") && (
                  <Button
                    size="xs"
                    variant="light"
                    leftSection={<IconArrowBackUp size={14} aria-hidden="true" />}
                    loading={undo.isPending && undo.variables === entry.id}
                    onClick={() => undo.mutate(entry.id)}
                    aria-label={`${a("undo")}: ${auditName(entry, language) || kindName(entry.kind, language)}`}
                  >
                    {a("undo")}
                  </Button>
                )}
              </Group>
            </li>
          ))}
        </ul>
      )}
      <MorePages list={entries} />
    </Stack>
  );
}

function Change({
  field,
  listed,
  values: [before, after],
  names,
  language,
}: {
  field: string;
  listed: string;
  values: [Value, Value];
  names: Names;
  language: "es" | "en";
}) {
  return (
    <Text size="sm">
      {labelIn(listed, field, language)}: <del>{auditValue(field, before, language, names, listed)}</del> →{" "}
      <ins>{auditValue(field, after, language, names, listed)}</ins>
    </Text>
  );
}

function Sentence({ entry, language }: { entry: Entry; language: "es" | "en" }) {
  const [before, name, after] = auditSentence(entry, language);
  return (
    <>
      {before}
      <Text span fw={600}>
        {name}
      </Text>
      {after}
    </>
  );
}
