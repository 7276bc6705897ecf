/** What can be done with a campaign from its row. */
import { ActionIcon, Menu } from "@mantine/core";
import { IconCopyPlus, IconDots, IconPlayerPlay, IconPlayerStop, IconTrash } from "@tabler/icons-react";
import { useProject } from "../../router/project-context.ts";
import type { CampaignRow } from "./campaign.ts";
import type { Asked, Move } from "./campaign-moves.tsx";

export interface RowMenuProps {
  readonly row: CampaignRow;
  ask(asked: Asked): void;
}

export function RowMenu({ row, ask }: RowMenuProps) {
  const { can } = useProject();
  const { id, title, state } = row;
  const mayEdit = can("campaigns.edit");
  const mayLaunch = can("campaigns.launch");
  if (!mayEdit && !(mayLaunch && state !== "draft")) return null;
  const item = (move: Move, label: string, Icon: typeof IconDots) => (
    <Menu.Item
      key={move}
      {...(move === "delete" && { color: "red" })}
      leftSection={<Icon size={16} aria-hidden />}
      onClick={() => ask({ move, id, title })}
    >
      {label}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`More for ${title}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayEdit && item("duplicate", "Duplicate", IconCopyPlus)}
        {mayLaunch && state === "live" && item("stop", "Stop", IconPlayerStop)}
        {mayLaunch && state === "stopped" && item("start", "Start again", IconPlayerPlay)}
        {mayEdit && state === "draft" && item("delete", "Delete the draft", IconTrash)}
      </Menu.Dropdown>
    </Menu>
  );
}
