/** The members, each with the role to change and the way out. */
import { ActionIcon, Menu, Text } from "@mantine/core";
import { IconDots, IconUserMinus, IconUserShield } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { useProject } from "../../router/project-context.ts";
import { ChangeRole } from "./change-role.tsx";
import { labelOf, type Member, type Role } from "./member.ts";
import { RemoveMember } from "./remove-member.tsx";
import type { Members } from "./use-members.ts";

type Doing = { readonly what: "role" | "remove"; readonly member: Member } | null;

export interface MemberTableProps {
  readonly members: UseQueryResult<Members>;
  readonly roles: readonly Role[];
}

export function MemberTable({ members, roles }: MemberTableProps) {
  const { me } = useProject();
  const [doing, setDoing] = useState<Doing>(null);
  const list = {
    rows: members.data?.data ?? [],
    error: members.error,
    isLoading: members.isPending,
    isFetching: members.isFetching,
    hasMore: false,
    isLoadingMore: false,
    loadMore: () => {},
    reload: () => void members.refetch(),
  };
  const close = (): void => {
    const id = doing?.member.id;
    setDoing(null);
    // The entry of the menu that opened the dialog is gone: back to the button that opened the menu.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-member="${id}"]`)?.focus());
  };
  return (
    <>
      <DataTable
        label="Members"
        columns={columnsFor({ ownId: me.user.id, roles, act: setDoing })}
        list={list}
        keyOf={({ id }) => id}
        spentHeight={420}
        hasFoot={false}
        empty={null}
      />
      {doing?.what === "role" && <ChangeRole member={doing.member} roles={roles} close={close} />}
      {doing?.what === "remove" && <RemoveMember member={doing.member} close={close} />}
    </>
  );
}

interface ColumnsFor {
  readonly ownId: number;
  readonly roles: readonly Role[];
  act(doing: Doing): void;
}

const columnsFor = ({ ownId, roles, act }: ColumnsFor): readonly Column<Member>[] => [
  {
    key: "name",
    label: "Who",
    width: "minmax(130px, 1.6fr)",
    render: ({ id, name, email }) => (
      <>
        <Text size="sm" fw={550} truncate>
          {name || email}
          {id === ownId && " (you)"}
        </Text>
        {name !== "" && (
          <Text size="xs" c="dimmed" truncate>
            {email}
          </Text>
        )}
      </>
    ),
  },
  { key: "role", label: "Role", width: "minmax(100px, 1fr)", render: ({ role }) => labelOf(roles, role) },
  {
    key: "totp",
    label: "Authenticator",
    width: "130px",
    isExtra: true,
    render: ({ has_totp: hasTotp }) => (
      <StatusBadge tone={hasTotp ? "good" : "quiet"}>{hasTotp ? "Set up" : "Not set up"}</StatusBadge>
    ),
  },
  {
    key: "seen",
    label: "Last seen",
    width: "110px",
    isExtra: true,
    render: ({ last_seen: seen }) => (seen === null ? "Not yet" : <TimeAgo value={seen} />),
  },
  {
    key: "actions",
    label: "Actions",
    isLabelHidden: true,
    width: "34px",
    align: "end",
    render: (member) => (
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            data-member={member.id}
            aria-label={`What to do with ${member.name || member.email}`}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconUserShield size={15} />} onClick={() => act({ what: "role", member })}>
            Change the role
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconUserMinus size={15} />}
            onClick={() => act({ what: "remove", member })}
          >
            {member.id === ownId ? "Leave the project" : "Remove from the project"}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    ),
  },
];
