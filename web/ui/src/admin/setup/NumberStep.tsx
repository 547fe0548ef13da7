/** The number that customers dial, and which telephones ring. */

import { NativeSelect, Text, TextInput } from "@mantine/core";
import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
} from "libphonenumber-js";
import { useState } from "react";

import { post } from "../../api/client";
import { fieldLabel } from "../labels";
import { useParts, usePart, type Part } from "../parts";
import { useAdmin } from "../words";
import { StepForm, useStep, type StepProps } from "./StepForm";

/** "+34" for Spain; a plus where the country is not known. */
function dialCode(country: string): string {
  return isSupportedCountry(country) ? `+${getCountryCallingCode(country)}` : "+";
}

/** As people write it, "910 00 00 01" too, as the exchange keeps it. */
function plainNumber(written: string, country: string): string {
  const read = isSupportedCountry(country)
    ? parsePhoneNumberFromString(written, country as CountryCode)
    : parsePhoneNumberFromString(written);
  return read?.number ?? written.replace(/[\s()./-]/g, "");
}

/** A group and who it rings. */
function groupLabel(group: Part, people: Part[]): string {
  const extensions = (group.value["extensions"] ?? []) as string[];
  const named = extensions.map(extension =>
    String(people.find(one => one.value["extension"] === extension)?.value["name"] ?? extension),
  );
  return `${group.name} (${named.join(", ")})`;
}

export function NumberStep(props: StepProps) {
  const { a, language } = useAdmin();
  const groups = useParts("ring_groups", { limit: 100 });
  const people = useParts("people", { limit: 500 });
  const numbers = useParts("numbers", { limit: 1 });
  const company = usePart("company", "company");
  const [number, setNumber] = useState<string | null>(null);
  const [chosen, choose] = useState("");
  const country = String(company.data?.value["country"] ?? "");
  const written = number ?? dialCode(country);
  const target = chosen || String(groups.data?.items[0]?.name ?? "");
  const { step, fault, other } = useStep(
    () =>
      post<Part>("/settings/numbers", {
        number: plainNumber(written, country),
        destination: { kind: "ring_group", target },
      }),
    props.next,
  );
  const there = numbers.data?.items[0]?.name;
  return (
    <StepForm {...props} step={step} fault={other(["number", "destination"])} isReady={target !== ""}>
      {props.isDone && there && <Text>{a("numberThere", { number: there })}</Text>}
      <TextInput
        label={fieldLabel("number", language)}
        required
        type="tel"
        autoComplete="off"
        maxLength={32}
        value={written}
        error={fault("number")}
        onChange={event => setNumber(event.currentTarget.value)}
      />
      <NativeSelect
        label={a("whoAnswers")}
        value={target}
        data={(groups.data?.items ?? []).map(one => ({
          value: one.name,
          label: groupLabel(one, people.data?.items ?? []),
        }))}
        error={fault("destination")}
        onChange={event => choose(event.currentTarget.value)}
      />
    </StepForm>
  );
}
