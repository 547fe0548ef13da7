/** A list of parts of the company: sought, sorted and paged on the server, all of it in the address. */

import { Badge, Button, Group, Pagination, Skeleton, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconListDetails, IconPlus, IconSearch } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { Link, useNavigate } from "react-router";

import { Empty } from "../components/Empty";
import Closed from "./Closed";
import { Failure } from "../components/Failure";
import { opensRow } from "../components/opensRow";
import { SortHead } from "../components/SortHead";
import { useRights } from "../live/may";
import { turned } from "../live/order";
import { useAddress } from "../live/useAddress";
import { isFields, type Value } from "./jsonSchema";
import { choiceLabel, fieldLabel } from "./labels";
import { COLUMNS } from "./layouts";
import { useParts } from "./parts";
import { isWord, useAdmin, type AdminSay } from "./words";

const TYPING_MS = 250;
const PAGE = 50;

/** The word for a kind: plural, singular or what it is. */
export function kindWord(a: AdminSay, kind: string, form: "" | "one" | "about" = ""): string {
  const name = form ? `${form}${kind.charAt(0).toUpperCase()}${kind.slice(1)}` : kind;
  if (isWord(name)) return a(name);
  return form === "about" ? "" : kind.replace(/_/g, " ");
}

export function PartList({ kind, icon = <IconListDetails /> }: { kind: string; icon?: ReactNode }) {
  const { a, language } = useAdmin();
  const { address, change } = useAddress();
  const navigate = useNavigate();
  const sought = address.get("q") ?? "";
  const sort = address.get("sort");
  const page = Math.max(1, Number(address.get("page") ?? 1) || 1);
  const [text, setText] = useState(sought);
  const columns = COLUMNS[kind] ?? ["name"];
  const { may } = useRights();
  const isOpen = may(`settings.${kind}.list`);
  const parts = useParts(
    kind,
    { q: sought, sort, limit: PAGE, cursor: page > 1 ? btoa(`[${(page - 1) * PAGE}]`).replace(/=+$/, "") : null },
    isOpen,
  );

  const turn = (column: string) => change({ sort: turned(sort, column), page: null });
  const seek = useDebouncedCallback((q: string) => change({ q, page: null }), TYPING_MS);
  const count = parts.data?.total ?? 0;
  const isEmpty = parts.isSuccess && count === 0 && sought === "";
  const create = may(`settings.${kind}.create`) && (
    <Button leftSection={<IconPlus size={18} aria-hidden="true" />} onClick={() => void navigate("new")}>
      {a("newOne", { what: kindWord(a, kind, "one") })}
    </Button>
  );
  if (!isOpen) return <Closed title={kindWord(a, kind)} />;
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {kindWord(a, kind)}
        </Title>
        {!isEmpty && create}
      </Group>
      {isEmpty ? (
        <Empty icon={icon} title={a("nothingYet")} hint={kindWord(a, kind, "about")}>
          {create && <Group mt="md">{create}</Group>}
        </Empty>
      ) : (
        <>
          <Text c="dimmed">{kindWord(a, kind, "about")}</Text>
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
          {parts.isError && <Failure error={parts.error} retry={() => void parts.refetch()} />}
          {parts.isPending && (
            <Stack gap={8} role="status">
              {[0, 1, 2, 3].map(row => (
                <Skeleton key={row} height={44} />
              ))}
            </Stack>
          )}
          {parts.isSuccess && count === 0 && <Text c="dimmed">{a("noneFound")}</Text>}
          {parts.isSuccess && count > 0 && (
            <Table.ScrollContainer
              minWidth={560}
              type="native"
              className="sheet"
              tabIndex={0}
              role="region"
              aria-label={kindWord(a, kind)}
            >
              <Table highlightOnHover verticalSpacing="sm">
                <Table.Thead>
                  <Table.Tr>
                    {columns.map(column => (
                      <SortHead key={column} sort={sort} field={column} turn={turn}>
                        {fieldLabel(column, language)}
                      </SortHead>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {parts.data.items.map(part => (
                    <Table.Tr
                      key={part.name}
                      data-testid={`part-${part.name}`}
                      {...(may(`settings.${kind}.read`) && { style: { cursor: "pointer" }, onClick: opensRow })}
                    >
                      {columns.map((column, place) => (
                        <Table.Td key={column}>
                          {place === 0 && may(`settings.${kind}.read`) ? (
                            <Link to={encodeURIComponent(part.name)} className="plain-link">
                              <Text span fw={600}>
                                {String(part.value[column] || part.name)}
                              </Text>
                            </Link>
                          ) : (
                            <Cell
                              name={column}
                              value={part.value[column] || (place === 0 ? part.name : part.value[column])}
                              a={a}
                              language={language}
                            />
                          )}
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
          {count > 0 && (
            <Group justify="space-between">
              <Text c="dimmed" size="sm">
                {a("total", { count })}
              </Text>
              {count > PAGE && (
                <Pagination
                  total={Math.ceil(count / PAGE)}
                  value={page}
                  onChange={chosen => change({ page: chosen === 1 ? null : String(chosen) })}
                />
              )}
            </Group>
          )}
        </>
      )}
    </Stack>
  );
}

function Cell({ name, value, a, language }: { name: string; value: Value; a: AdminSay; language: "es" | "en" }) {
  if (value === null || value === undefined || value === "") return <>–</>;
  if (typeof value === "boolean")
    return (
      <Badge variant="light" color={value ? "green" : "gray"}>
        {a(value ? "yes" : "no")}
      </Badge>
    );
  if (Array.isArray(value))
    return (
      <Text span lineClamp={1}>
        {value
          .map((one: Value) => (isFields(one) ? String(one["login"] ?? one["name"] ?? "") : String(one)))
          .join(", ") || "–"}
      </Text>
    );
  if (isFields(value) && "kind" in value)
    return (
      <>
        {choiceLabel(String(value["kind"]), language)} {String(value["target"] ?? "")}
      </>
    );
  if (isFields(value)) return <>{Object.keys(value).length}</>;
  return (
    <>
      {name === "role" || name === "strategy" || name === "language" || name === "based_on" || name === "transport"
        ? choiceLabel(String(value), language)
        : String(value)}
    </>
  );
}
