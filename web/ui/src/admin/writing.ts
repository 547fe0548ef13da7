/** The part that a form is writing, for every field inside it. */

import { createContext, useContext } from "react";

import type { Fault } from "../api/client";
import type { Fields, JsonSchema } from "./jsonSchema";

export interface Writing {
  kind: string;
  root: JsonSchema;
  value: Fields;
  change: (value: Fields) => void;
  faults: Fault[];
  /** The field that names the part, when it cannot be changed any more. */
  fixed: string | null;
}

export const WritingContext = createContext<Writing | null>(null);

export function useWriting(): Writing {
  const writing = useContext(WritingContext);
  if (writing === null) throw new Error("WritingContext is missing");
  return writing;
}
