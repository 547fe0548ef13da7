/** Everybody else with an extension, those whose name or extension fits a text. */

import type { Agent } from "../api/types";
import { useAgents } from "../live/lists";
import { useLive } from "../live/session";
import { fits } from "../text/search";

export function useColleagues(text: string): Agent[] {
  const { data } = useAgents();
  const { session } = useLive();
  const others = (data?.items ?? []).filter(
    agent => agent.login !== session?.login && fits(`${agent.name} ${agent.extension}`, text.trim()),
  );
  return others.sort((one, other) => one.name.localeCompare(other.name));
}
