/** Why something was not done: faults of a form by number, each leading to its field; whatever names a thing, by link. */

import { Alert, Anchor, Group, Stack, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { ApiError, type Fault } from "../api/client";
import { fieldTrail, goToField } from "./formFaults";
import { kindWord } from "./PartList";
import { useAdmin } from "./words";

const icon = <IconAlertCircle size={18} aria-hidden="true" />;

/** What is wrong with a form. `fields`: those that it has; a fault of none of them is told here in full. */
export function FormRefusal({
  error,
  kind,
  fields,
  faults,
}: {
  error: ApiError;
  kind: string;
  fields: string[];
  faults: Fault[];
}) {
  const { a, language } = useAdmin();
  const isHere = (fault: Fault) => fields.includes(fault.field.split(".")[0] ?? "");
  const here = faults.filter(isHere);
  const elsewhere = error.faults.filter(fault => !isHere(fault));
  const isOutdated = error.status === 409 && error.faults.length === 0;
  if (error.faults.length > 0 && here.length === 0 && elsewhere.length === 0) return null;
  const count = here.length === 1 ? a("oneFault") : a("someFaults", { count: here.length });
  return (
    <Alert
      color="red"
      role="alert"
      icon={icon}
      title={isOutdated ? a("newer") : elsewhere.length > 0 || here.length === 0 ? a("elsewhere") : count}
    >
      <Stack gap={4}>
        {error.faults.length === 0 && <Text size="sm">{error.message}</Text>}
        <Others faults={elsewhere} />
        {here.length > 0 && elsewhere.length > 0 && <Text size="sm">{count}</Text>}
        {here.length > 0 && (
          <Group gap="md">
            {here.map(fault => (
              <Anchor
                key={fault.field}
                component="button"
                type="button"
                size="sm"
                c="inherit"
                underline="always"
                onClick={() => goToField(fault.field)}
              >
                {fieldTrail(kind, fault.field, language)}
              </Anchor>
            ))}
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

/** Why a thing was not removed or not taken back. */
export function Refusal({ error, children }: { error: Error; children?: ReactNode }) {
  const { a } = useAdmin();
  const faults = error instanceof ApiError ? error.faults : [];
  const isUsed = faults.some(fault => fault.part);
  return (
    <Alert color="red" role="alert" icon={icon} title={a(isUsed ? "stillUsed" : "notDone")}>
      <Stack gap={4}>
        {faults.length === 0 ? <Text size="sm">{error.message}</Text> : <Others faults={faults} />}
        {children}
      </Stack>
    </Alert>
  );
}

function Others({ faults }: { faults: Fault[] }) {
  return (
    <>
      {faults.map((fault, place) =>
        fault.part ? (
          <UsedBy key={place} part={fault.part} field={fault.part_field ?? ""} said={fault.message} />
        ) : (
          <Text key={place} size="sm">
            {fault.message}
          </Text>
        ),
      )}
    </>
  );
}

/** `queues/sales` and `members.0` as a way to where it can be put right. */
function UsedBy({ part, field, said }: { part: string; field: string; said: string }) {
  const { a, language } = useAdmin();
  const [kind = "", name = ""] = part.split(/\/(.*)/);
  const place =
    kind === "menus"
      ? `/menus/${encodeURIComponent(name)}`
      : `/settings/${kind}${name && `/${encodeURIComponent(name)}`}`;
  return (
    <Text size="sm">
      <Anchor component={Link} to={place} c="inherit" underline="always">
        {kind === "menus" ? said : `${kindWord(a, kind)}${name && `: ${name}`}`}
      </Anchor>
      {field && ` (${fieldTrail(kind, field, language)})`}
    </Text>
  );
}
