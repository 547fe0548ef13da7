/** A role, permission by permission: none, one's own, the department's, or everything. */

import { NativeSelect, Paper, SimpleGrid, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { get, type Fault } from "../api/client";
import type { Page } from "../api/types";
import { Failure } from "../components/Failure";
import { fieldId } from "./formFaults";
import type { Fields } from "./jsonSchema";
import { choiceLabel, fieldLabel, labelIn } from "./labels";
import { permissionName, resourceName } from "./permissionNames";
import { REACHES, reachOf, withReach, type Permission } from "./reach";
import { isWord, useAdmin } from "./words";

const BUILT_IN = ["agent", "supervisor", "administrator"];

export function RoleRights({
  value,
  change,
  isNew,
  faults,
}: {
  value: Fields;
  change: (value: Fields) => void;
  isNew: boolean;
  faults: Fault[];
}) {
  const { a, language } = useAdmin();
  const permissions = useQuery({
    queryKey: ["permissions"],
    queryFn: () => get<Page<Permission>>("/permissions"),
    staleTime: Infinity,
  });
  const base = String(value["based_on"] ?? "agent");
  const given = (value["permissions"] ?? {}) as Record<string, string>;
  const groups = useMemo(() => {
    const found = new Map<string, Permission[]>();
    for (const one of permissions.data?.items ?? []) {
      const name = one.name.startsWith("settings.")
        ? one.name.split(".").slice(0, 2).join(".")
        : (one.name.split(".")[0] ?? "");
      found.set(name, [...(found.get(name) ?? []), one]);
    }
    return [...found];
  }, [permissions.data]);
  const fault = (field: string) => faults.find(one => one.field === field)?.message;

  return (
    <Stack>
      <Paper withBorder p="md" component="section">
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <TextInput
            id={fieldId(["title"])}
            label={labelIn("roles", "title", language)}
            maxLength={100}
            value={String(value["title"] ?? "")}
            error={fault("title")}
            onChange={event => change({ ...value, title: event.currentTarget.value })}
          />
          <TextInput
            id={fieldId(["name"])}
            label={labelIn("roles", "name", language)}
            required={isNew}
            readOnly={!isNew}
            variant={isNew ? "default" : "filled"}
            value={String(value["name"] ?? "")}
            error={fault("name")}
            onChange={event => change({ ...value, name: event.currentTarget.value })}
          />
          <NativeSelect
            label={fieldLabel("based_on", language)}
            value={base}
            data={BUILT_IN.map(role => ({ value: role, label: choiceLabel(role, language) }))}
            onChange={event => change({ ...value, based_on: event.currentTarget.value })}
          />
        </SimpleGrid>
        <Text c="dimmed" size="sm" mt="sm">
          {a("changedPermissions", { count: Object.keys(given).length, role: choiceLabel(base, language) })}
        </Text>
      </Paper>
      {permissions.isError && <Failure error={permissions.error} retry={() => void permissions.refetch()} />}
      {permissions.isPending && <Skeleton height={200} />}
      {groups.map(([name, list]) => (
        <Paper key={name} withBorder p="md" component="section">
          <table className="rights">
            <thead>
              <tr>
                <th scope="col">
                  <Title order={2} size="h3">
                    {groupName(name, a, language)}
                  </Title>
                </th>
                {REACHES.map(reach => (
                  <th key={reach} scope="col">
                    {a(`reach_${reach}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {list.map(one => {
                const said = permissionName(one.name, one.summary, language);
                const now = reachOf(given, one, base);
                return (
                  <tr key={one.name} {...(now === (one.built_in[base] ?? "none") ? {} : { "data-changed": true })}>
                    <th scope="row" title={one.name}>
                      {said}
                    </th>
                    {REACHES.map(reach => (
                      <td key={reach}>
                        {(one.choices.includes(reach) || now === reach) && (
                          <input
                            type="radio"
                            name={one.name}
                            aria-label={`${said}: ${a(`reach_${reach}`)}`}
                            checked={now === reach}
                            onChange={() => change({ ...value, permissions: withReach(given, one, base, reach) })}
                          />
                        )}
                      </td>
                    ))}
                  </tr>
                );
              })}
            </tbody>
          </table>
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
