/** Chooses a campaign by its title, for filters. */
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import type { CampaignRowView } from "../../../../server/src/actions/campaigns/campaign-pages.ts";
import { useRead } from "../../api/use-read.ts";
import { LateSelect } from "../../components/late-select.tsx";

type Row = Pick<CampaignRowView, "id" | "title">;

/** Titles may be the same. */
const labelOf = ({ id, title }: Row): string => `${title} (${id})`;

const SHOWN = 30;
const PAUSE_MS = 200;

export interface CampaignSelectProps {
  /** "" for all. */
  readonly value: string;
  onChange(value: string): void;
}

export function CampaignSelect({ value, onChange }: CampaignSelectProps) {
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [asked] = useDebouncedValue(text, PAUSE_MS);
  const chosen = useRead<Row>({ noun: "campaigns", path: `/campaigns/${value}`, enabled: value !== "" });
  const label = chosen.data === undefined ? `Campaign ${value}` : labelOf(chosen.data);
  const list = useRead<Row[]>({
    noun: "campaigns",
    path: "/campaigns",
    // The field holds the chosen one's label: that is no search.
    query: { q: value !== "" && asked === label ? "" : asked, limit: SHOWN },
    enabled: isOpen,
  });
  const rows = (list.data ?? []).map((row) => ({ value: String(row.id), label: labelOf(row) }));
  const own = value === "" || rows.some((row) => row.value === value) ? [] : [{ value, label }];
  return (
    <LateSelect
      label="Campaign"
      placeholder="All campaigns"
      w={200}
      searchable
      clearable
      clearButtonProps={{ "aria-label": "All campaigns" }}
      data={[...own, ...rows]}
      // The server has searched already.
      filter={({ options }) => options}
      nothingFoundMessage={list.isPending ? "Searching…" : "No campaign has this title"}
      value={value === "" ? null : value}
      onChange={(next) => onChange(next ?? "")}
      onSearchChange={setText}
      onDropdownOpen={() => setOpen(true)}
    />
  );
}
