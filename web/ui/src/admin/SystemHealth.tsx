/** How the installation is, and which telephones are registered. */

import { Alert, Badge, Group, Paper, SimpleGrid, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconAlertTriangle, IconDeviceLandlinePhone } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";

import { get } from "../api/client";
import type { Page } from "../api/types";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { useNames } from "../live/lists";
import { moment } from "./moment";
import { useAdmin } from "./words";

interface Health {
  exchange: {
    up: boolean;
    draining: boolean;
    started_at: string | null;
    calls: number;
    media_workers: number;
    media_workers_wanted: number;
    devices: number;
    browsers: number;
  };
  trunks: { name: string; registered: boolean | null; alive: boolean | null; fault: string }[];
  database: string;
  database_ms: number;
  disk: { free_bytes: number; total_bytes: number; is_low: boolean };
  faults: number;
  alarms: { at: string; what: string; detail: string }[];
  has_certificate: boolean;
}

interface Device {
  extension: string;
  login: string | null;
  contact: string;
  address: string;
  user_agent: string;
  expires_s: number;
}

const LOOK_MS = 5000;
const GB = 1e9;

export default function SystemHealth() {
  const { a, language } = useAdmin();
  const health = useQuery({
    queryKey: ["system"],
    queryFn: () => get<Health>("/system/health"),
    refetchInterval: LOOK_MS,
  });
  if (health.isError) return <Failure error={health.error} retry={() => void health.refetch()} />;
  if (health.isPending) return <Skeleton height={240} />;
  const { exchange, trunks, disk, alarms, faults, has_certificate, database, database_ms } = health.data;
  const isWell =
    exchange.up &&
    !exchange.draining &&
    exchange.media_workers === exchange.media_workers_wanted &&
    !disk.is_low &&
    faults === 0 &&
    trunks.every(trunk => trunk.fault === "");
  const gb = (bytes: number) => (bytes / GB).toFixed(1);
  return (
    <Stack>
      <Title order={1} size="h2">
        {a("system")}
      </Title>
      {isWell && (
        <Alert color="green" icon={<IconCircleCheck size={20} aria-hidden="true" />}>
          {a("allWell")}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        <Figure
          label={a("exchange")}
          value={a(exchange.up ? (exchange.draining ? "draining" : "exchangeUp") : "exchangeAway")}
          isBad={!exchange.up}
        />
        <Figure label={a("liveCalls")} value={String(exchange.calls)} />
        <Figure
          label={a("mediaWorkers")}
          value={`${exchange.media_workers} / ${exchange.media_workers_wanted}`}
          isBad={exchange.media_workers < exchange.media_workers_wanted}
        />
        <Figure label={a("devices")} value={String(exchange.devices)} />
        <Figure label={a("browsers")} value={String(exchange.browsers)} />
        <Figure label={a("database")} value={`${database}, ${database_ms} ms`} />
        <Figure
          label={a("disk")}
          value={a("diskFree", { free: gb(disk.free_bytes), total: gb(disk.total_bytes) })}
          isBad={disk.is_low}
        />
        <Figure label={a("certificate")} value={a(has_certificate ? "yes" : "no")} />
        {faults > 0 && <Figure label={a("projectionFaults")} value={String(faults)} isBad />}
      </SimpleGrid>
      {trunks.length > 0 && (
        <Paper withBorder p="md" component="section">
          <Title order={2} size="h3" mb="sm">
            {a("trunks")}
          </Title>
          <Stack gap="xs">
            {trunks.map(trunk => {
              const isAsked = trunk.alive !== null || trunk.registered !== null;
              const state = trunk.fault ? "trunkDown" : isAsked ? "trunkUp" : "trunkUnknown";
              return (
                <Group key={trunk.name}>
                  <Text fw={600}>{trunk.name}</Text>
                  <Badge variant="light" color={trunk.fault ? "red" : isAsked ? "green" : "gray"}>
                    {a(state)}
                  </Badge>
                  {trunk.fault && <Text size="sm">{trunk.fault}</Text>}
                </Group>
              );
            })}
          </Stack>
        </Paper>
      )}
      <Paper withBorder p="md" component="section">
        <Title order={2} size="h3" mb="sm">
          {a("alarms")}
        </Title>
        {alarms.length === 0 && <Text c="dimmed">{a("noAlarms")}</Text>}
        <Stack gap="xs">
          {alarms.map((alarm, place) => (
            <Group key={place} wrap="nowrap" align="flex-start">
              <IconAlertTriangle size={16} className="warning" aria-hidden="true" />
              <Text size="sm" c="dimmed" className="nowrap">
                {moment(alarm.at, language)}
              </Text>
              <Text size="sm" className="prose">
                {alarm.detail}
              </Text>
            </Group>
          ))}
        </Stack>
      </Paper>
    </Stack>
  );
}

function Figure({ label, value, isBad }: { label: string; value: string; isBad?: boolean }) {
  return (
    <Paper withBorder p="md">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fw={600} className="tabular" {...(isBad ? { c: "red" } : {})}>
        {value}
      </Text>
    </Paper>
  );
}

export function Devices() {
  const { a } = useAdmin();
  const names = useNames();
  const devices = useQuery({
    queryKey: ["devices"],
    queryFn: () => get<Page<Device>>("/devices"),
    refetchInterval: LOOK_MS,
  });
  if (devices.isError) return <Failure error={devices.error} retry={() => void devices.refetch()} />;
  if (devices.isPending) return <Skeleton height={160} />;
  const rows = devices.data.items;
  return (
    <Stack>
      <Title order={1} size="h2">
        {a("devices")}
      </Title>
      {rows.length === 0 ? (
        <Empty icon={<IconDeviceLandlinePhone />} title={a("noDevices")} hint={a("noDevicesHint")} />
      ) : (
        <Table.ScrollContainer
          minWidth={560}
          type="native"
          className="sheet"
          tabIndex={0}
          role="region"
          aria-label={a("devices")}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{a("who")}</Table.Th>
                <Table.Th>{a("model")}</Table.Th>
                <Table.Th>{a("address")}</Table.Th>
                <Table.Th>{a("expiresIn")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(device => (
                <Table.Tr key={`${device.extension} ${device.contact}`}>
                  <Table.Td>
                    {device.extension} {device.login ? names.person(device.login) : ""}
                  </Table.Td>
                  <Table.Td>{device.user_agent || "–"}</Table.Td>
                  <Table.Td>{device.address}</Table.Td>
                  <Table.Td className="tabular">{Math.round(device.expires_s)} s</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
