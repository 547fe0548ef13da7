/** A number in national format with its flag; copying gives E.164. */

import { Text } from "@mantine/core";

import { phone } from "../text/format";
import { useSpeech } from "../text/language";

export function PhoneNumber({ number }: { number: string | null }) {
  const { t, language } = useSpeech();
  if (number === null)
    return (
      <Text span inherit c="dimmed">
        {t("withheld")}
      </Text>
    );
  const { text, country } = phone(number);
  return (
    <Text
      span
      inherit
      className="tabular phone-number"
      onCopy={event => {
        event.clipboardData.setData("text/plain", number);
        event.preventDefault();
      }}
    >
      {country && (
        <img
          src={`/flags/${country}.svg`}
          alt={countryName(country, language)}
          title={countryName(country, language)}
          width={18}
          height={12}
          loading="lazy"
          className="flag"
        />
      )}
      {text}
    </Text>
  );
}

function countryName(country: string, language: string): string {
  return new Intl.DisplayNames([language], { type: "region" }).of(country) ?? country;
}
