/** A menu's document with its lines numbered; its faults come up while one writes. */

import { Alert, Group, Paper, Stack, Text, Textarea, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRef } from "react";

import { post, type Fault } from "../api/client";
import type { Page } from "../api/types";
import type { Fields } from "./jsonSchema";
import { fieldLabel } from "./labels";
import { useAdmin } from "./words";

interface MenuFault {
  line: number;
  column: number;
  message: string;
  is_warning: boolean;
}

const TYPING_MS = 400;
const START = `# yaml-language-server: $schema=flow.schema.json
`;

export function MenuText({ value, change, isNew, faults }: { value: Fields; change: (value: Fields) => void; isNew: boolean; faults: Fault[] }) {
  const { a, language } = useAdmin();
  const box = useRef<HTMLTextAreaElement>(null);
  const text = String(value["text"] ?? "");
  const name = String(value["name"] ?? "");
  const [draft] = useDebouncedValue({ name, text }, TYPING_MS);
  const check = useQuery({
    queryKey: ["menu-check", draft],
    queryFn: () => post<Page<MenuFault>>("/settings/menus/check", draft),
    enabled: draft.text.trim() !== "",
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const found = check.data?.items ?? [];
  const nameFault = faults.find((fault) => fault.field === "name")?.message;

  function go(line: number) {
    const start = text.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    box.current?.focus();
    box.current?.setSelectionRange(start, start + (text.split("\n")[line - 1]?.length ?? 0));
  }
  const lines = text.split("\n").length;
  const wrong = new Set(found.filter((one) => !one.is_warning).map((one) => one.line));
  return (
    <Paper withBorder p="md" component="section">
      <Stack>
        <TextInput label={fieldLabel("name", language)} required disabled={!isNew} value={name} error={nameFault} maw={320} onChange={(event) => change({ ...value, name: event.currentTarget.value })} />
        <div className="code">
          <div className="code-lines" aria-hidden="true">{Array.from({ length: lines }, (_, place) => <span key={place} data-wrong={wrong.has(place + 1) || undefined}>{place + 1}</span>)}</div>
          <Textarea
            ref={box}
            aria-label={a("menuText")}
            classNames={{ input: "code-text" }}
            autosize
            minRows={16}
            spellCheck={false}
            wrap="off"
            value={text}
            placeholder={START}
            onChange={(event) => change({ ...value, text: event.currentTarget.value })}
            className="grow"
          />
        </div>
        <div role="status">
          {check.isFetching && <Text size="sm" c="dimmed">{a("checking")}</Text>}
          {!check.isFetching && check.isSuccess && found.length === 0 && <Text size="sm" c="green">{a("noFaults")}</Text>}
          {found.length > 0 && (
            <Alert color={wrong.size > 0 ? "red" : "yellow"}>
              <Stack gap={4}>
                {found.map((one, place) => (
                  <UnstyledButton key={place} onClick={() => go(one.line)}>
                    <Group gap="xs"><Text size="sm">{one.is_warning ? `${a("warning")}: ` : ""}{a("faultAt", { line: one.line, message: one.message })}</Text></Group>
                  </UnstyledButton>
                ))}
              </Stack>
            </Alert>
          )}
        </div>
      </Stack>
    </Paper>
  );
}
