/** Writing a campaign: one page with a tab for each step, each with its own address. What is written outlives a change of tab. */
import { usePathParam } from "../../router/links.tsx";
import type { Campaign } from "./campaign.ts";
import { CampaignFrame, useCampaign } from "./campaign-frame.tsx";
import { ContentTab } from "./content-tab.tsx";
import { EditorContext, useCheck, useTemplateNames } from "./editor-context.ts";
import { EditorNotices } from "./editor-notices.tsx";
import { LaunchTab } from "./launch-tab.tsx";
import { LeaveGuard } from "./leave-guard.tsx";
import { PreviewTab } from "./preview-tab.tsx";
import { SaveState } from "./save-state.tsx";
import { ScheduleTab } from "./schedule-tab.tsx";
import { SegmentTab } from "./segment-tab.tsx";
import { SetupTab } from "./setup-tab.tsx";
import { useTrial } from "./trial.ts";
import { UnknownTab } from "./unknown-tab.tsx";
import { useEditor } from "./use-editor.ts";
import { VersionsTab } from "./versions-tab.tsx";

const TABS: Readonly<Record<string, () => React.ReactNode>> = {
  setup: SetupTab,
  content: ContentTab,
  segment: SegmentTab,
  schedule: ScheduleTab,
  preview: PreviewTab,
  launch: LaunchTab,
  versions: VersionsTab,
};

export default function EditorPageOfPath() {
  const loaded = useCampaign();
  if (loaded.campaign === null) return loaded.instead;
  return <CampaignEditor key={loaded.campaign.id} campaign={loaded.campaign} />;
}

function CampaignEditor({ campaign }: { readonly campaign: Campaign }) {
  const tab = usePathParam("tab");
  const editor = useEditor(campaign);
  const checking = useCheck(campaign, editor);
  const check = checking.data ?? null;
  const names = useTemplateNames(check);
  const [trial, setTrial] = useTrial(campaign.id);
  const Tab = Object.hasOwn(TABS, tab) ? TABS[tab]! : UnknownTab;
  const page = { campaign, editor, check, checkFault: checking.error, ...names, trial, setTrial };
  return (
    <EditorContext value={page}>
      <CampaignFrame campaign={campaign} title={editor.values.title} actions={<SaveState />} check={check}>
        <EditorNotices />
        <Tab />
      </CampaignFrame>
      <LeaveGuard />
    </EditorContext>
  );
}
