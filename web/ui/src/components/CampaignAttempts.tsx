/** The attempts of a campaign, newest first: whom, when, by which agent, and what each came to. */

import { Skeleton, Table, Text } from "@mantine/core";
import { Link } from "react-router";

import type { CampaignAttempt } from "../api/schema";
import { useNames } from "../live/lists";
import { usePages } from "../live/usePages";
import { clock, moment } from "../text/format";
import { useCampaignWords, type CampaignWord } from "../text/campaignWords";
import { useSpeech } from "../text/language";
import { Failure } from "./Failure";
import { MorePages } from "./MorePages";
import { PhoneNumber } from "./PhoneNumber";

export function CampaignAttempts({
  campaign,
  title,
  words,
}: {
  campaign: string;
  title: string;
  words: Record<string, CampaignWord>;
}) {
  const { t, language } = useSpeech();
  const c = useCampaignWords();
  const names = useNames();
  const attempts = usePages<CampaignAttempt>({
    key: ["campaigns", "attempts", campaign],
    path: `/campaigns/${encodeURIComponent(campaign)}/attempts`,
    limit: 25,
  });
  const { rows } = attempts;
  if (attempts.isLoadingError) return <Failure error={attempts.error} retry={() => void attempts.refetch()} />;
  if (attempts.isPending) return <Skeleton height={96} />;
  if (rows.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {c("campaignNoAttempts")}
      </Text>
    );
  const label = `${c("campaignAttempts")}: ${title}`;
  return (
    <>
      <Table.ScrollContainer minWidth={560} type="native" tabIndex={0} role="region" aria-label={label}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("when")}</Table.Th>
              <Table.Th>{t("who")}</Table.Th>
              <Table.Th>{t("agent")}</Table.Th>
              <Table.Th>{t("result")}</Table.Th>
              <Table.Th>{t("talk")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(row => {
              const word = words[row.result];
              const result = word ? c(word) : row.result;
              return (
                <Table.Tr key={row.id} data-testid="attempt">
                  <Table.Td className="nowrap">{moment(row.at, language)}</Table.Td>
                  <Table.Td>
                    {row.name !== "" && <Text size="sm">{row.name}</Text>}
                    <PhoneNumber number={row.number} />
                  </Table.Td>
                  <Table.Td>{row.agent === null ? "–" : names.person(row.agent)}</Table.Td>
                  <Table.Td>
                    {row.call_id === null ? (
                      result
                    ) : (
                      <Link to={`/calls?call=${row.call_id}`} className="number-link">
                        {result}
                      </Link>
                    )}
                    <Text size="xs" c="dimmed">
                      {c("campaignAttempt", { attempt: row.attempt })}
                    </Text>
                  </Table.Td>
                  <Table.Td className="tabular">{row.talk_s > 0 ? clock(row.talk_s) : "–"}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <MorePages list={attempts} size="xs" />
    </>
  );
}
