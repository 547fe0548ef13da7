/** A rule of the CRM read back in a sentence, and tried with the last event that it would have acted on. */

import { Alert, Button, Group, List, Paper, Text, Title } from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "react-router";

import { post, sayAll } from "../../api/client";
import type { RuleTrial } from "../../api/schema";
import { PhoneNumber } from "../../components/PhoneNumber";
import { useNames } from "../../live/lists";
import { useRights } from "../../live/may";
import { useNamed } from "../choices";
import { moment } from "../moment";
import { useAdmin } from "../words";
import { useWriting } from "../writing";
import { actionSaid, conditionSaid, ruleSaid, type NameOf, type Rule } from "./sentence";
import { useRuleWords } from "./words";

function useNameOf(): NameOf {
  const names = useNames();
  const queues = useNamed("queue", "crm_rules");
  const boxes = useNamed("company_voicemail", "crm_rules");
  return value =>
    [...(queues ?? []), ...(boxes ?? [])].find(one => one.value === value)?.label.replace(/ \([^)]*\)$/, "") ??
    names.person(value);
}

export function RuleInWords() {
  const { value } = useWriting();
  const { language } = useAdmin();
  const { r } = useRuleWords();
  const nameOf = useNameOf();
  const { may } = useRights();
  const rule = { on: value["on"], conditions: value["conditions"] ?? [], actions: value["actions"] ?? [] } as Rule;
  const attempt = useMutation({ mutationFn: (tried: Rule) => post<RuleTrial>("/settings/crm_rules/try", tried) });
  const isOld = attempt.variables !== undefined && JSON.stringify(attempt.variables) !== JSON.stringify(rule);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="in-words">
      <Title order={2} size="h3" id="in-words" mb="xs">
        {r("readBack")}
      </Title>
      <Text data-testid="rule-in-words">{ruleSaid(rule, language, nameOf)}</Text>
      {may("settings.crm_rules.try") && (
        <Group mt="sm" gap="sm">
          <Button
            variant="light"
            size="xs"
            leftSection={<IconFlask size={14} aria-hidden="true" />}
            loading={attempt.isPending}
            onClick={() => attempt.mutate(rule)}
          >
            {r("tryIt")}
          </Button>
          <Text size="xs" c="dimmed">
            {r("tryHint")}
          </Text>
        </Group>
      )}
      {attempt.isError && !isOld && (
        <Alert mt="sm" p="xs" color="red" role="alert">
          {sayAll(attempt.error)}
        </Alert>
      )}
      {attempt.data && !isOld && <Tried trial={attempt.data} rule={rule} nameOf={nameOf} />}
    </Paper>
  );
}

function Tried({ trial, rule, nameOf }: { trial: RuleTrial; rule: Rule; nameOf: NameOf }) {
  const { language } = useAdmin();
  const { r } = useRuleWords();
  if (trial.at === null)
    return (
      <Alert mt="sm" color="gray" role="status">
        {r("never")}
      </Alert>
    );
  const who = trial.name ?? trial.number ?? r("someone");
  const when = moment(trial.at, language);
  const failing = rule.conditions
    .filter((_, place) => trial.holds[place] === false)
    .map(one => conditionSaid(one, language, nameOf));
  return (
    <Alert mt="sm" color={trial.would_act ? "green" : "gray"} role="status" data-testid="rule-tried">
      <Text size="sm">
        {trial.would_act ? r("wouldAct", { who, when }) : r("wouldNot", { who, when, what: failing.join("; ") })}
      </Text>
      {trial.would_act && (
        <List size="sm" mt={4}>
          {trial.outcomes.map((one, place) => {
            const action = rule.actions[place];
            return (
              action && (
                <List.Item key={place}>
                  {actionSaid({ ...action, to: one.to ?? r("nobody"), title: one.title }, language, nameOf)}
                  {one.text && (
                    <Text size="sm" c="dimmed">
                      {one.text}
                    </Text>
                  )}
                </List.Item>
              )
            );
          })}
        </List>
      )}
      <Group gap="sm" mt={4}>
        {trial.name && trial.number && (
          <Text size="sm">
            <PhoneNumber number={trial.number} />
          </Text>
        )}
        {trial.call_id && (
          <Text size="sm" component={Link} to={`/calls?call=${trial.call_id}`}>
            {r("openCall")}
          </Text>
        )}
      </Group>
    </Alert>
  );
}
