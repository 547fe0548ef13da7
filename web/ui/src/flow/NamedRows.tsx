/** Names with a value each: variables, fields of a request, headers. One line each; a name is taken over when it is left. */

import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useEffect, useState, type ReactNode } from "react";

import { isRecord } from "./document";
import { useFlowWords } from "./words";

interface Given {
  label: string;
  hint?: string;
  value: unknown;
  /** What a name may look like. */
  allowed: RegExp;
  fresh: { name: string; value: unknown };
  error: (name: string) => string | undefined;
  change: (value: Record<string, unknown> | undefined) => void;
  /** Whether none is as good as an empty list. */
  optional?: boolean;
  row: (name: string, value: unknown, write: (value: unknown) => void, error: string | undefined) => ReactNode;
}

export function NamedRows({ label, hint, value, allowed, fresh, error, change, optional, row }: Given) {
  const t = useFlowWords();
  const rows = isRecord(value) ? Object.entries(value) : [];
  const write = (next: [string, unknown][]) =>
    change(next.length === 0 && optional ? undefined : Object.fromEntries(next));
  return (
    <Fieldset legend={label} p="xs">
      <Stack gap="xs">
        {hint && (
          <Text size="xs" c="dimmed">
            {hint}
          </Text>
        )}
        {rows.map(([name, held], place) => (
          <Stack key={place} gap={4} role="group" aria-label={name}>
            <Group gap={4} wrap="nowrap" align="flex-start">
              <RowName
                name={name}
                allowed={allowed}
                taken={rows.map(([one]) => one)}
                rename={next => write(rows.map(([one, kept]) => [one === name ? next : one, kept]))}
              />
              <Tooltip label={t("removeRow", { name })}>
                <ActionIcon
                  variant="subtle"
                  color="red"
                  mt={4}
                  aria-label={t("removeRow", { name })}
                  disabled={rows.length === 1 && !optional}
                  onClick={() => write(rows.filter(([one]) => one !== name))}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </Tooltip>
            </Group>
            {row(name, held, next => write(rows.map(([one, kept]) => [one, one === name ? next : kept])), error(name))}
          </Stack>
        ))}
        <Group>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => write([...rows, [fresh.name, fresh.value]])}
          >
            {t("addRow")}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

function RowName({
  name,
  allowed,
  taken,
  rename,
}: {
  name: string;
  allowed: RegExp;
  taken: string[];
  rename: (name: string) => void;
}) {
  const t = useFlowWords();
  const [typed, setTyped] = useState(name);
  useEffect(() => setTyped(name), [name]);
  const fault =
    typed !== name && taken.includes(typed) ? t("rowTaken") : allowed.test(typed) ? undefined : t("rowAllowed");
  return (
    <TextInput
      flex={1}
      aria-label={t("rowName")}
      value={typed}
      error={fault}
      onChange={event => setTyped(event.currentTarget.value)}
      onBlur={() => fault === undefined && typed !== name && rename(typed)}
      onKeyDown={event => event.key === "Enter" && event.currentTarget.blur()}
    />
  );
}
