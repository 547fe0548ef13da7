/** A role, permission by permission: none, one's own, the department's, or everything. */

import { NativeSelect, Paper, SimpleGrid, Skeleton, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { get, type Fault } from "../api/client";
import type { Page } from "../api/types";
import type { Fields } from "./jsonSchema";
import { choiceLabel, fieldLabel } from "./labels";
import { permissionName, resourceName } from "./permissionNames";
import { isWord, useAdmin } from "./words";

interface Permission {
  name: string;
  summary: string;
  choices: string[];
  built_in: Record<string, string>;
}

const BUILT_IN = ["agent", "supervisor", "administrator"];

export function RoleRights({ value, change, isNew, faults }: { value: Fields; change: (value: Fields) => void; isNew: boolean; faults: Fault[] }) {
  const { a, language } = useAdmin();
  const permissions = useQuery({ queryKey: ["permissions"], queryFn: () => get<Page<Permission>>("/permissions"), staleTime: Infinity });
  const base = String(value["based_on"] ?? "agent");
  const given = (value["permissions"] ?? {}) as Record<string, string>;
  const groups = useMemo(() => {
    const found = new Map<string, Permission[]>();
    for (const one of permissions.data?.items ?? []) {
      const name = one.name.startsWith("settings.") ? one.name.split(".").slice(0, 2).join(".") : (one.name.split(".")[0] ?? "");
      found.set(name, [...(found.get(name) ?? []), one]);
    }
    return [...found];
  }, [permissions.data]);
  const fault = (field: string) => faults.find((one) => one.field === field)?.message;
  const word = (reach: string) => (isWord(`reach_${reach}`) ? a(`reach_${reach}` as "reach_all") : reach);

  function set(name: string, reach: string, usual: string | undefined) {
    const { [name]: _, ...others } = given;
    change({ ...value, permissions: reach === usual ? others : { ...others, [name]: reach } });
  }
  return (
    <Stack>
      <Paper withBorder p="md" component="section">
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <TextInput label={fieldLabel("title", language)} value={String(value["title"] ?? "")} error={fault("title")} onChange={(event) => change({ ...value, title: event.currentTarget.value })} />
          <TextInput label={fieldLabel("name", language)} required disabled={!isNew} value={String(value["name"] ?? "")} error={fault("name")} onChange={(event) => change({ ...value, name: event.currentTarget.value })} />
          <NativeSelect label={fieldLabel("based_on", language)} value={base} data={BUILT_IN.map((role) => ({ value: role, label: choiceLabel(role, language) }))} onChange={(event) => change({ ...value, based_on: event.currentTarget.value })} />
        </SimpleGrid>
        <Text c="dimmed" size="sm" mt="sm">{a("changedPermissions", { count: Object.keys(given).length, role: choiceLabel(base, language) })}</Text>
      </Paper>
      {permissions.isPending && <Skeleton height={200} />}
      {groups.map(([name, list]) => (
        <Paper key={name} withBorder p="md" component="section">
          <Title order={2} size="h3" mb="xs">{groupName(name, a, language)}</Title>
          <Table verticalSpacing={4}>
            <Table.Tbody>
              {list.map((one) => {
                const usual = one.built_in[base];
                const now = given[one.name] ?? usual ?? "none";
                return (
                  <Table.Tr key={one.name}>
                    <Table.Td><Text size="sm" fw={one.name in given ? 600 : 400}>{permissionName(one.name, one.summary, language)}</Text><Text size="xs" c="dimmed">{one.name}</Text></Table.Td>
                    <Table.Td w={170}><NativeSelect size="xs" aria-label={permissionName(one.name, one.summary, language)} value={now} data={[...new Set([...one.choices, now])].map((reach) => ({ value: reach, label: word(reach) }))} onChange={(event) => set(one.name, event.currentTarget.value, usual)} /></Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Paper>
      ))}
    </Stack>
  );
}

function groupName(name: string, a: ReturnType<typeof useAdmin>["a"], language: "es" | "en"): string {
  const last = name.split(".").at(-1) ?? name;
  const known = isWord(last) ? a(last) : resourceName(last, language);
  return name.startsWith("settings.") ? `${a("settings")}: ${known}` : known;
}
