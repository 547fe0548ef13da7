/** A webhook's secret, a trial, and what it was sent. */

import { Alert, Badge, Button, Group, Paper, Stack, Table, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { post } from "../api/client";
import { MorePages } from "../components/MorePages";
import { useRights } from "../live/may";
import { usePages } from "../live/usePages";
import { moment } from "./moment";
import type { Part } from "./parts";
import { Secret } from "./Secret";
import { useAdmin } from "./words";

interface Delivery {
  id: string;
  type: string;
  state: "waiting" | "delivered" | "failed";
  attempts: number;
  status: number | null;
  fault: string;
  created_at: string;
}

const LOOK_MS = 3000;
const COLOURS = { waiting: "yellow", delivered: "green", failed: "red" };

export function WebhookAside({ part }: { part: Part }) {
  const { a, language } = useAdmin();
  const { may } = useRights();
  const queries = useQueryClient();
  const place = `/settings/webhooks/${encodeURIComponent(part.name)}`;
  const key = ["settings", "webhooks", "deliveries", part.name];
  const look = () => void queries.invalidateQueries({ queryKey: key });
  const deliveries = usePages<Delivery>({
    key,
    path: `${place}/deliveries`,
    limit: 20,
    name: "deliveries",
    every_ms: LOOK_MS,
    enabled: may("settings.webhooks.deliveries"),
  });
  const secret = useMutation({ mutationFn: () => post<{ secret: string }>(`${place}/secret`) });
  const test = useMutation({ mutationFn: () => post<Delivery>(`${place}/test`), onSettled: look });
  const again = useMutation({
    mutationFn: (id: string) => post<Delivery>(`${place}/deliveries/${id}`),
    onSettled: look,
  });
  const { rows } = deliveries;
  return (
    <Paper withBorder p="md" component="section" aria-label={a("deliveries")}>
      <Title order={2} size="h3" mb="sm">
        {a("deliveries")}
      </Title>
      <Stack gap="sm">
        <Group>
          {may("settings.webhooks.test") && (
            <Button variant="light" loading={test.isPending} onClick={() => test.mutate()}>
              {a("test")}
            </Button>
          )}
          {may("settings.webhooks.secret") && (
            <Button variant="default" loading={secret.isPending} onClick={() => secret.mutate()}>
              {a("newSecret")}
            </Button>
          )}
        </Group>
        {test.data && (
          <Alert role="status" color={test.data.fault ? "red" : "green"}>
            {test.data.fault
              ? a("hookFault", { fault: test.data.fault })
              : a("hookOk", { status: test.data.status ?? "" })}
          </Alert>
        )}
        {secret.data && (
          <Alert color="yellow" title={a("passwordsOnce")}>
            <Secret label={a("secret")} value={secret.data.secret} />
          </Alert>
        )}
        {rows.length === 0 ? (
          <Text c="dimmed">{a("noDeliveries")}</Text>
        ) : (
          <Table.ScrollContainer minWidth={520} type="native" tabIndex={0} role="region" aria-label={a("deliveryLog")}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{a("when")}</Table.Th>
                  <Table.Th>{a("event")}</Table.Th>
                  <Table.Th>{a("state")}</Table.Th>
                  <Table.Th>{a("answer")}</Table.Th>
                  <Table.Th>
                    <span className="unseen">{a("sendAgain")}</span>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map(row => (
                  <Table.Tr key={row.id}>
                    <Table.Td className="nowrap">{moment(row.created_at, language)}</Table.Td>
                    <Table.Td>{row.type}</Table.Td>
                    <Table.Td>
                      <Badge variant="light" tt="none" className="whole-badge" color={COLOURS[row.state]}>
                        {a(row.state)}
                      </Badge>
                    </Table.Td>
                    <Table.Td>
                      {[row.fault || row.status, row.attempts > 1 && a("attempts", { count: row.attempts })]
                        .filter(Boolean)
                        .join(" · ")}
                    </Table.Td>
                    <Table.Td>
                      {may("settings.webhooks.redeliver") && (
                        <Button size="compact-xs" variant="subtle" onClick={() => again.mutate(row.id)}>
                          {a("sendAgain")}
                        </Button>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        <MorePages list={deliveries} size="xs" />
      </Stack>
    </Paper>
  );
}
