/** What became of a campaign's messages: by channel, over time, why not, and what runs now. */
import { Group, SegmentedControl, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { keys } from "../../api/query-keys.ts";
import { useRead } from "../../api/use-read.ts";
import { Chart } from "../../components/chart.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { Panel } from "../../components/panel.tsx";
import { ButtonLink, usePathParam } from "../../router/links.tsx";
import { useProject } from "../../router/project-context.ts";
import { useUrlState } from "../../router/url-state.ts";
import { CampaignFrame, useCampaign } from "../campaigns/campaign-frame.tsx";
import { CampaignExecutions } from "./campaign-executions.tsx";
import { ChannelTable } from "./channel-table.tsx";
import type { MessageFilter } from "./messages-link.tsx";
import type { Range } from "./range.ts";
import { ReasonTable } from "./reason-table.tsx";
import { chartOf, type Unit } from "./results-series.ts";
import { TimeRange, useRange } from "./time-range.tsx";
import type { Results } from "./wire.ts";

const USUAL = { range: "", from: "", to: "", unit: "" };
const USUAL_RANGE = "7d";
const DAY = 86_400;
/** Hours of more days than this are no longer told apart. */
const MOST_DAYS_OF_HOURS = 31;
const DAYS_OF_HOURS = 2;

export default function CampaignResultsPage() {
  const id = usePathParam("id");
  const loaded = useCampaign();
  const [state, set] = useUrlState(USUAL);
  const range = useRange(state, USUAL_RANGE);
  const { unit, canBeHours } = unitOf(state.unit, range);
  const { data, error, refetch } = useRead<Results>({
    noun: "results",
    path: `/campaigns/${id}/results`,
    query: { ...range, unit },
  });
  const renew = useRenewal();
  if (loaded.campaign === null) return loaded.instead;
  const { campaign } = loaded;
  return (
    <CampaignFrame campaign={campaign} title={campaign.title}>
      <Stack gap="lg">
        <Group gap="md" align="end">
          <TimeRange state={state} usual={USUAL_RANGE} set={set} />
          {canBeHours && <UnitChoice unit={unit} choose={(value) => set({ unit: value })} />}
        </Group>
        {data === undefined ? (
          <Missing error={error} retry={() => void refetch()} />
        ) : (
          <Figures id={campaign.id} results={data} range={range} unit={unit} />
        )}
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
          {data !== undefined && data.reasons.length > 0 && (
            <Reasons results={data} filter={{ campaign_id: campaign.id, ...range }} />
          )}
          <CampaignExecutions campaignId={id} onDone={renew} />
        </SimpleGrid>
      </Stack>
    </CampaignFrame>
  );
}

function UnitChoice({ unit, choose }: { readonly unit: Unit; choose(unit: string): void }) {
  return (
    <SegmentedControl
      aria-label="Figures by"
      size="xs"
      data={[
        { value: "hour", label: "By hour" },
        { value: "day", label: "By day" },
      ]}
      value={unit}
      onChange={choose}
    />
  );
}

function unitOf(asked: string, { from, to }: Range): { unit: Unit; canBeHours: boolean } {
  const days = from === null ? Number.POSITIVE_INFINITY : ((to ?? Date.now() / 1000) - from) / DAY;
  const canBeHours = days <= MOST_DAYS_OF_HOURS;
  const usual = days <= DAYS_OF_HOURS ? "hour" : "day";
  const wanted = asked === "hour" || asked === "day" ? asked : usual;
  return { unit: canBeHours ? wanted : "day", canBeHours };
}

/** The figures are asked anew as executions move, but no faster than one answer follows another. */
function useRenewal(): () => void {
  const client = useQueryClient();
  const { id: projectId } = useProject();
  return useCallback(() => {
    const queryKey = keys.all(projectId, "results");
    if (client.isFetching({ queryKey }) === 0) void client.invalidateQueries({ queryKey });
  }, [client, projectId]);
}

function Missing({ error, retry }: { readonly error: unknown; retry(): void }) {
  if (error !== null) return <ErrorNotice title="The results cannot be shown" error={error} retry={retry} />;
  return (
    <Stack role="status" aria-label="Loading the results">
      <Skeleton height={140} radius="lg" />
      <Skeleton height={270} radius="lg" />
    </Stack>
  );
}

interface FiguresProps {
  readonly id: number;
  readonly results: Results;
  readonly range: Range;
  readonly unit: Unit;
}

function Figures({ id, results, range, unit }: FiguresProps) {
  const { channels, series, time_zone: timeZone } = results;
  const chart = useMemo(
    () => chartOf({ series, unit, timeZone, range, nowSeconds: Date.now() / 1000 }),
    [series, unit, timeZone, range],
  );
  const filter = { campaign_id: id, ...range };
  if (channels.length === 0) return <Nothing id={id} />;
  return (
    <>
      <Panel
        title="By channel"
        hint="Each message is counted once, by where it stands now. A figure leads to the messages behind it."
        isFlush
      >
        <ChannelTable label="Messages by channel and outcome" channels={channels} filter={filter} />
      </Panel>
      <Panel title="Over time" hint={`By ${unit}, in ${timeZone}.`}>
        <Chart label={`Messages by ${unit} and outcome`} times={chart.times} series={chart.lines} />
      </Panel>
    </>
  );
}

function Reasons({ results, filter }: { readonly results: Results; readonly filter: MessageFilter }) {
  return (
    <div>
      <Panel title="Why not" hint="What did not arrive, by reason." isFlush>
        <ReasonTable reasons={results.reasons} filter={filter} />
      </Panel>
    </div>
  );
}

function Nothing({ id }: { readonly id: number }) {
  const [{ range }] = useUrlState(USUAL);
  return (
    <EmptyState
      icon={IconChartBar}
      title="No message in this time"
      actions={
        range === "all" ? (
          <ButtonLink to="">Copy a first call</ButtonLink>
        ) : (
          <ButtonLink to={`campaigns/${id}/results`} search={{ range: "all" }}>
            Show all time
          </ButtonLink>
        )
      }
    >
      As soon as the campaign is executed, its figures stand here.
    </EmptyState>
  );
}
