/** What the roles that every company has may do, side by side: what a role of one's own begins from. */

import { Accordion, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { get } from "../api/client";
import type { Permission } from "../api/schema";
import type { Page } from "../api/types";
import { Failure } from "../components/Failure";
import { choiceLabel } from "./labels";
import { permissionName, resourceName } from "./permissionNames";
import { isWord, useAdmin, type AdminSay } from "./words";

const ROLES = ["agent", "supervisor", "administrator"] as const;
const WORDS = {
  es: {
    title: "Lo que pueden los roles de fábrica",
    about: "No se pueden cambiar. Un rol propio empieza por uno de ellos.",
  },
  en: {
    title: "What the built-in roles may do",
    about: "They cannot be changed. A role of your own begins with one of them.",
  },
};

export function BuiltInRoles() {
  const { language } = useAdmin();
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Accordion variant="contained" value={open} onChange={setOpen} mt="md">
      <Accordion.Item value="roles">
        <Accordion.Control>{WORDS[language].title}</Accordion.Control>
        <Accordion.Panel>{open && <Roles />}</Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

function Roles() {
  const { a, language } = useAdmin();
  const permissions = useQuery({
    queryKey: ["permissions"],
    queryFn: () => get<Page<Permission>>("/permissions"),
    staleTime: Infinity,
  });
  const groups = useMemo(() => {
    const found = new Map<string, Permission[]>();
    for (const one of permissions.data?.items ?? [])
      found.set(place(one.name), [...(found.get(place(one.name)) ?? []), one]);
    return [...found];
  }, [permissions.data]);
  if (permissions.isError) return <Failure error={permissions.error} retry={() => void permissions.refetch()} />;
  if (permissions.isPending) return <Skeleton height={320} />;
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {WORDS[language].about}
      </Text>
      <table className="rights built-in">
        <thead>
          <tr>
            <th scope="col">
              <span className="unseen">{WORDS[language].title}</span>
            </th>
            {ROLES.map(role => (
              <th key={role} scope="col">
                {choiceLabel(role, language)}
              </th>
            ))}
          </tr>
        </thead>
        {groups.map(([group, list]) => (
          <tbody key={group}>
            <tr>
              <th scope="rowgroup" colSpan={ROLES.length + 1}>
                {groupName(group, a, language)}
              </th>
            </tr>
            {list.map(one => (
              <tr key={one.name}>
                <th scope="row">{permissionName(one.name, one.summary, language)}</th>
                {ROLES.map(role => (
                  <td key={role}>
                    <Reach reach={one.built_in[role] ?? "none"} a={a} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </>
  );
}

function Reach({ reach, a }: { reach: string; a: AdminSay }) {
  const name = `reach_${reach}`;
  return (
    <Text span size="xs" {...(reach === "none" ? { c: "dimmed" } : { fw: 600 })}>
      {isWord(name) ? a(name) : reach}
    </Text>
  );
}

const place = (name: string): string =>
  name
    .split(".")
    .slice(0, name.startsWith("settings.") ? 2 : 1)
    .join(".");

function groupName(name: string, a: AdminSay, language: "es" | "en"): string {
  const last = name.split(".").at(-1) ?? name;
  const known = isWord(last) ? a(last) : resourceName(last, language);
  return name.startsWith("settings.") ? `${a("settings")}: ${known}` : known;
}
