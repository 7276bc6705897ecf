/** The filters of the message log. They stand in the address, so that a view can be sent to a colleague. */
import { Button, Pill } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { useState } from "react";
import { channelLabel } from "../../components/channel.tsx";
import { LateSelect } from "../../components/late-select.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { useProject } from "../../router/project-context.ts";
import type { SetUrlState } from "../../router/url-state.ts";
import { CampaignSelect } from "./campaign-select.tsx";
import { type FilterState, USUAL_FILTERS, USUAL_RANGE } from "./messages-read.ts";
import { GROUPS, OUTCOMES, REASON_NAMES, reasonWords, sentenceCase, whyWords } from "./outcome.ts";
import styles from "./results.module.css";
import { TimeRange } from "./time-range.tsx";

const CHANNELS = ["email", "sms", "ios_push", "android_push", "web_push", "inbox", "webhook"];

export const isFiltered = (state: FilterState): boolean =>
  Object.entries(state).some(([name, value]) => name !== "message" && value !== "");

interface Props {
  readonly state: FilterState;
  readonly set: SetUrlState<FilterState>;
}

export function MessageFilters({ state, set }: Props) {
  const [isOpen, setOpen] = useState(false);
  const change = (patch: Partial<FilterState>): void => set({ ...patch, message: "" });
  const count = Object.entries(state).filter(
    ([name, value]) => value !== "" && !["q", "message"].includes(name),
  ).length;
  return (
    <>
      <div className={styles.searchRow}>
        <SearchField
          label="Search messages"
          placeholder="User ID, address, reference or any ID"
          value={state.q}
          onChange={(q) => change({ q })}
        />
        <Button
          className={styles.toggle}
          variant="default"
          leftSection={<IconFilter size={15} aria-hidden />}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {count === 0 ? "Filters" : `Filters (${count})`}
        </Button>
      </div>
      <div className={styles.filters} data-open={isOpen || undefined}>
        <Choices state={state} change={change} />
        {count > 0 && (
          <Button variant="subtle" color="gray" onClick={() => change({ ...USUAL_FILTERS, q: state.q })}>
            Clear the filters
          </Button>
        )}
      </div>
      {state.execution_id !== "" && (
        <div>
          <Pill
            withRemoveButton
            size="md"
            removeButtonProps={{ "aria-label": "Messages of all executions", tabIndex: 0 }}
            onRemove={() => change({ execution_id: "" })}
          >
            Execution {state.execution_id}
          </Pill>
        </div>
      )}
    </>
  );
}

function Choices({ state, change }: { state: FilterState; change(patch: Partial<FilterState>): void }) {
  const { can } = useProject();
  return (
    <>
      <LateSelect
        label="Outcome"
        placeholder="Any"
        w={150}
        clearable
        clearButtonProps={{ "aria-label": "Any outcome" }}
        data={outcomeChoices(state.outcome)}
        value={state.outcome || null}
        onChange={(outcome) => change({ outcome: outcome ?? "" })}
        maxDropdownHeight={380}
      />
      <LateSelect
        label="Reason"
        placeholder="Any"
        w={190}
        clearable
        searchable
        clearButtonProps={{ "aria-label": "Any reason" }}
        data={reasonChoices(state.reason, state.outcome)}
        value={state.reason || null}
        onChange={(reason) => change({ reason: reason ?? "" })}
      />
      <LateSelect
        label="Channel"
        placeholder="Any"
        w={130}
        clearable
        clearButtonProps={{ "aria-label": "Any channel" }}
        data={withOwn(
          CHANNELS.map((value) => ({ value, label: channelLabel(value) })),
          state.message_type,
        )}
        value={state.message_type || null}
        onChange={(type) => change({ message_type: type ?? "" })}
      />
      {can("campaigns.read") && (
        <CampaignSelect value={state.campaign_id} onChange={(id) => change({ campaign_id: id })} />
      )}
      <TimeRange state={state} usual={USUAL_RANGE} set={change} />
    </>
  );
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** What an address holds and no list does is shown as it is. */
const withOwn = (choices: readonly Choice[], own: string): Choice[] =>
  own === "" || choices.some(({ value }) => value === own)
    ? [...choices]
    : [...choices, { value: own, label: own.split(",").map(sentenceCase).join(", ") }];

function outcomeChoices(own: string) {
  const several = GROUPS.filter(({ outcomes }) => outcomes.length > 1).map(({ label, outcomes }) => ({
    value: outcomes.join(","),
    label: `${label} (all)`,
  }));
  const single = OUTCOMES.map((outcome) => ({ value: outcome, label: sentenceCase(outcome) }));
  const isKnown = [...several, ...single].some(({ value }) => value === own);
  return [
    { group: "Together", items: several },
    { group: "One", items: isKnown ? single : withOwn(single, own) },
  ];
}

/** Outcomes that say why by themselves have messages without a reason: those are named by the outcome's own words. */
const reasonChoices = (own: string, outcome: string): Choice[] =>
  withOwn(
    [
      ...REASON_NAMES.map((value) => ({ value, label: reasonWords(value) })),
      { value: "none", label: whyWords(outcome, null) },
    ],
    own,
  );
