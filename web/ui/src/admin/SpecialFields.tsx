/** Fields whose values are known all over the world: countries, time zones, types of events. */

import { Select, TagsInput } from "@mantine/core";
import { getCountries } from "libphonenumber-js";
import type { ReactNode } from "react";

import { RuleConditions } from "./rules/RuleConditions";

interface Given {
  /** Label, fault and whether it is needed, as every input of the form has them. */
  labels: {
    id: string;
    label?: string;
    "aria-label"?: string;
    description?: string | undefined;
    error: string | null;
    required: boolean;
    readOnly: boolean;
    variant: string;
    inputWrapperOrder: ("label" | "input" | "description" | "error")[];
  };
  value: unknown;
  set: (value: unknown) => void;
  language: "es" | "en";
}

const EVENTS = [
  "*",
  "call",
  "queue",
  "agent",
  "recording",
  "voicemail",
  "callback",
  "lead",
  "call.started",
  "call.answered",
  "call.ended",
  "call.transferred",
  "call.rated",
  "queue.joined",
  "queue.left",
  "agent.state",
  "recording.ready",
  "voicemail.ready",
  "callback.requested",
  "lead.created",
  "activity.logged",
];

function Country({ labels, value, set, language }: Given) {
  const names = new Intl.DisplayNames([language], { type: "region" });
  const data = getCountries()
    .map(code => ({ value: code as string, label: names.of(code) ?? code }))
    .sort((one, other) => one.label.localeCompare(other.label));
  return (
    <Select
      {...labels}
      searchable
      allowDeselect={false}
      data={data}
      value={String(value ?? "")}
      onChange={code => code && set(code)}
    />
  );
}

function TimeZone({ labels, value, set }: Given) {
  const known = Intl.supportedValuesOf("timeZone");
  const now = String(value ?? "");
  return (
    <Select
      {...labels}
      searchable
      allowDeselect={false}
      limit={200}
      data={known.includes(now) || now === "" ? known : [now, ...known]}
      value={now || null}
      onChange={zone => zone && set(zone)}
    />
  );
}

function Events({ labels, value, set }: Given) {
  return (
    <TagsInput
      {...labels}
      data={EVENTS}
      splitChars={[",", " ", ";"]}
      value={Array.isArray(value) ? value.map(String) : []}
      onChange={set}
    />
  );
}

/** The input of a field by kind of part and name; where there is none, the type of the value says which. */
export const SPECIAL: Record<string, (given: Given) => ReactNode> = {
  "company.country": Country,
  "company.time_zone": TimeZone,
  "webhooks.events": Events,
  "crm_rules.conditions": RuleConditions,
};
