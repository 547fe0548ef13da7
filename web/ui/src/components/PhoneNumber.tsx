/** A number in national format with its flag; copying gives E.164. */

import { Text } from "@mantine/core";

import { phone } from "../text/format";
import { useSpeech } from "../text/language";

export function PhoneNumber({ number }: { number: string | null }) {
  const { t } = useSpeech();
  if (number === null) return <Text span inherit c="dimmed">{t("withheld")}</Text>;
  const { text, flag } = phone(number);
  return (
    <Text
      span
      inherit
      className="tabular"
      onCopy={(event) => {
        event.clipboardData.setData("text/plain", number);
        event.preventDefault();
      }}
    >
      {flag && <span aria-hidden="true">{flag} </span>}
      {text}
    </Text>
  );
}
