/** The cases of a branch, from the first to the last: the first that holds decides where the caller goes. */

import { ActionIcon, Button, Fieldset, Group, Stack, Text, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";

import { isRecord, type FlowNode, type Path, type Target } from "./document";
import { ConditionRows } from "./ConditionRows";
import { below, type FaultAt } from "./faultsAt";
import { TargetField } from "./TargetField";
import { useFlowWords } from "./words";

interface Case {
  if: unknown;
  to: Target | undefined;
}

interface Given {
  node: FlowNode;
  steps: string[];
  variables: string[];
  at: FaultAt;
  write: (path: Path, value: unknown) => void;
}

export function CaseFields({ node, steps, variables, at, write }: Given) {
  const t = useFlowWords();
  const body = isRecord(node.body) ? node.body : {};
  const cases = (Array.isArray(body.when) ? body.when : []).filter(isRecord) as unknown as Case[];
  const all = (next: Case[]) => write(["when"], next);
  const move = (place: number, by: number) => {
    const next = [...cases];
    next.splice(place + by, 0, ...next.splice(place, 1));
    all(next);
  };
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t("casesHint")}
      </Text>
      {cases.map((one, place) => {
        const fault = below(at, "when", place);
        const label = t("caseNumber", { number: place + 1 });
        return (
          <Fieldset key={`${place} of ${cases.length}`} p="xs" legend={label} data-testid={`case-${place + 1}`}>
            <Stack gap="xs">
              <Group gap={2} justify="flex-end" mt={-8}>
                <CaseAction label={t("earlier")} disabled={place === 0} act={() => move(place, -1)}>
                  <IconArrowUp size={16} />
                </CaseAction>
                <CaseAction label={t("later")} disabled={place === cases.length - 1} act={() => move(place, 1)}>
                  <IconArrowDown size={16} />
                </CaseAction>
                <CaseAction
                  label={t("removeCase")}
                  disabled={cases.length === 1}
                  act={() => all(cases.filter((_, index) => index !== place))}
                  color="red"
                >
                  <IconTrash size={16} />
                </CaseAction>
              </Group>
              <ConditionRows
                label={label}
                text={String(one.if ?? "")}
                variables={variables}
                error={fault(["if"])}
                change={text => write(["when", place, "if"], text)}
              />
              <TargetField
                label={t("thenTo")}
                target={one.to}
                steps={steps}
                error={fault(["to"])}
                change={target => write(["when", place, "to"], target)}
              />
            </Stack>
          </Fieldset>
        );
      })}
      <Group>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => all([...cases, { if: `length(${variables[0] ?? "number"}) > 0`, to: "hang_up" }])}
        >
          {t("addCase")}
        </Button>
      </Group>
    </Stack>
  );
}

function CaseAction({
  label,
  disabled,
  act,
  color = "gray",
  children,
}: {
  label: string;
  disabled: boolean;
  act: () => void;
  color?: string;
  children: React.ReactNode;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" size="sm" color={color} aria-label={label} disabled={disabled} onClick={act}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
