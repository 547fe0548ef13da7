/** Customers from a CSV file: columns matched, the first rows looked at, checked, then all of them taken over or none. */

import {
  Alert,
  Button,
  FileButton,
  Group,
  List,
  Modal,
  NativeSelect,
  Progress,
  Stack,
  Table as Grid,
  Text,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconFileTypeCsv, IconUpload } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ApiError, query, upload } from "../api/client";
import type { ImportedContacts } from "../api/schema";
import { decimal } from "../text/format";
import { COLUMNS, decoded, faultPlace, guessed, parseTable, written, type Column, type Table } from "./table";
import { isCustomerWord, useCustomerWords } from "./words";

const MOST_ROWS = 20_000;
const SHOWN_ROWS = 5;

interface Chosen {
  file: string;
  table: Table;
  columns: (Column | null)[];
}

export function ImportCustomers({ opened, close }: { opened: boolean; close: () => void }) {
  const { c } = useCustomerWords();
  const [isWriting, setWriting] = useState(false);
  return (
    <Modal
      opened={opened}
      onClose={() => {
        if (!isWriting) close();
      }}
      size="xl"
      title={c("importTitle")}
      closeButtonProps={{ "aria-label": c("close") }}
    >
      {opened && <Steps close={close} tellWriting={setWriting} />}
    </Modal>
  );
}

const send = (chosen: Chosen, check: boolean) =>
  upload<ImportedContacts>(
    "POST",
    `/contacts/import${query({ check: check || null })}`,
    new Blob([written(chosen.table, chosen.columns)]),
    "text/csv",
  );

function Steps({ close, tellWriting }: { close: () => void; tellWriting: (isWriting: boolean) => void }) {
  const { c, language } = useCustomerWords();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const check = useMutation({ mutationFn: (given: Chosen) => send(given, true) });
  const take = useMutation({
    mutationFn: (given: Chosen) => send(given, false),
    onSuccess: ({ added, changed }) => {
      notifications.show({
        message: c("done", { added: decimal(added, language), changed: decimal(changed, language) }),
        color: "green",
        closeButtonProps: { "aria-label": c("close") },
      });
      void queries.invalidateQueries({ queryKey: ["contacts"] });
      close();
    },
    onMutate: () => tellWriting(true),
    onSettled: () => tellWriting(false),
  });
  function choose(next: Chosen | null) {
    check.reset();
    take.reset();
    setChosen(next);
  }
  async function read(file: File | null) {
    if (file === null) return;
    const table = parseTable(decoded(await file.arrayBuffer()));
    choose({ file: file.name, table, columns: guessed(table.heads) });
  }
  const rows = chosen?.table.rows.length ?? 0;
  const said = decimal(rows, language);
  const wrong = chosen === null ? null : faultOf(chosen, c, language);
  const busy = check.isPending || take.isPending;
  const error = take.error ?? check.error;
  return (
    <Stack
      onDragOver={event => event.preventDefault()}
      onDrop={event => {
        event.preventDefault();
        if (!busy) void read(event.dataTransfer.files[0] ?? null);
      }}
    >
      <Text size="sm" c="dimmed">
        {c("importHint")}
      </Text>
      <Group gap="sm">
        <FileButton accept=".csv,text/csv" onChange={file => void read(file)}>
          {props => (
            <Button
              {...props}
              data-autofocus
              variant={chosen ? "default" : "filled"}
              disabled={busy}
              leftSection={<IconUpload size={16} aria-hidden="true" />}
            >
              {c(chosen ? "otherFile" : "chooseFile")}
            </Button>
          )}
        </FileButton>
        {chosen ? (
          <Text size="sm">
            <IconFileTypeCsv size={16} aria-hidden="true" className="inline-icon" />{" "}
            {c("rowsInFile", { rows: said, file: chosen.file })}
          </Text>
        ) : (
          <Text size="sm" c="dimmed">
            {c("dropHere")}
          </Text>
        )}
      </Group>
      {chosen && rows > 0 && <Preview chosen={chosen} change={columns => choose({ ...chosen, columns })} />}
      {wrong && (
        <Alert color="red" role="alert" p="xs">
          {wrong}
        </Alert>
      )}
      {busy && (
        <div role="status">
          <Text size="sm">{c(take.isPending ? "writing" : "checking", { rows: said })}</Text>
          <Progress mt={4} value={take.isPending ? 75 : 35} animated aria-label={c("importTitle")} />
        </div>
      )}
      {chosen && error && !busy && <Faults error={error} table={chosen.table} />}
      {check.data && !busy && !error && (
        <Alert color="green" role="status">
          {c("checked", { added: decimal(check.data.added, language), changed: decimal(check.data.changed, language) })}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={close} disabled={take.isPending}>
          {c("cancel")}
        </Button>
        {chosen &&
          (check.isSuccess ? (
            <Button loading={take.isPending} onClick={() => take.mutate(chosen)}>
              {c("takeOver", { rows: said })}
            </Button>
          ) : (
            <Button loading={check.isPending} disabled={wrong !== null} onClick={() => check.mutate(chosen)}>
              {c("check")}
            </Button>
          ))}
      </Group>
    </Stack>
  );
}

/** Why the file cannot be asked of the server as it is. */
function faultOf(
  { table, columns }: Chosen,
  c: ReturnType<typeof useCustomerWords>["c"],
  language: "es" | "en",
): string | null {
  if (table.rows.length === 0) return c("noRows");
  if (table.rows.length > MOST_ROWS)
    return c("tooMany", { rows: decimal(table.rows.length, language), most: decimal(MOST_ROWS, language) });
  const twice = COLUMNS.find(column => columns.filter(one => one === column).length > 1);
  if (twice) return c("twice", { column: c(twice) });
  return columns.includes("name") ? null : c("needsName");
}

function Preview({
  chosen: { table, columns },
  change,
}: {
  chosen: Chosen;
  change: (columns: (Column | null)[]) => void;
}) {
  const { c } = useCustomerWords();
  const data = [{ value: "", label: c("leaveOut") }, ...COLUMNS.map(column => ({ value: column, label: c(column) }))];
  return (
    <div>
      <Text size="sm" mb={6}>
        {c("columnsHint")}
      </Text>
      <Grid.ScrollContainer
        minWidth={Math.min(table.heads.length, 8) * 150}
        type="native"
        className="sheet"
        tabIndex={0}
        role="region"
        aria-label={c("preview")}
      >
        <Grid withColumnBorders>
          <Grid.Thead>
            <Grid.Tr>
              {table.heads.map((head, place) => (
                <Grid.Th key={place} miw={140}>
                  <NativeSelect
                    size="xs"
                    label={head || "–"}
                    value={columns[place] ?? ""}
                    data={data}
                    onChange={event =>
                      change(columns.with(place, (event.currentTarget.value || null) as Column | null))
                    }
                  />
                </Grid.Th>
              ))}
            </Grid.Tr>
          </Grid.Thead>
          <Grid.Tbody>
            {table.rows.slice(0, SHOWN_ROWS).map(row => (
              <Grid.Tr key={row.line}>
                {table.heads.map((_, place) => (
                  <Grid.Td key={place} c={columns[place] === null ? "dimmed" : ""} maw={220}>
                    <Text size="sm" truncate inherit>
                      {row.cells[place] ?? ""}
                    </Text>
                  </Grid.Td>
                ))}
              </Grid.Tr>
            ))}
          </Grid.Tbody>
        </Grid>
      </Grid.ScrollContainer>
    </div>
  );
}

function Faults({ error, table }: { error: Error; table: Table }) {
  const { c } = useCustomerWords();
  const faults = error instanceof ApiError ? error.faults : [];
  return (
    <Alert color="red" role="alert" title={c("wrongLines")}>
      {faults.length === 0 && <Text size="sm">{error.message}</Text>}
      <List size="sm" className="fault-list">
        {faults.map(({ field, message }, place) => {
          const where = faultPlace(table, field);
          const column = where && isCustomerWord(where.column) ? c(where.column) : (where?.column ?? field);
          return (
            <List.Item key={place}>{where ? c("faultLine", { line: where.line, column, message }) : message}</List.Item>
          );
        })}
      </List>
    </Alert>
  );
}
