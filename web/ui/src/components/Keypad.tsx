/** Twelve keys, as on a telephone. */

import { SimpleGrid, UnstyledButton } from "@mantine/core";

export const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;
const LETTERS: Record<string, string> = {
  2: "ABC",
  3: "DEF",
  4: "GHI",
  5: "JKL",
  6: "MNO",
  7: "PQRS",
  8: "TUV",
  9: "WXYZ",
  0: "+",
};

export function Keypad({ press }: { press: (key: string) => void }) {
  return (
    <SimpleGrid cols={3} spacing={8} maw={264} mx="auto">
      {KEYS.map(key => (
        <UnstyledButton key={key} className="keypad-key" onClick={() => press(key)}>
          <span>{key}</span>
          <span className="keypad-letters" aria-hidden="true">
            {LETTERS[key] ?? ""}
          </span>
        </UnstyledButton>
      ))}
    </SimpleGrid>
  );
}
