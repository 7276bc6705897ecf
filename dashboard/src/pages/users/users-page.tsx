/** Who belongs to the project and as what, who is invited, and what each role may do. */
import { Button, Stack } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useRead } from "../../api/use-read.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Panel } from "../../components/panel.tsx";
import { useUrlState } from "../../router/url-state.ts";
import { Invitations } from "./invitations.tsx";
import { Invite } from "./invite.tsx";
import type { Role } from "./member.ts";
import { MemberTable } from "./member-table.tsx";
import { RoleMatrix } from "./role-matrix.tsx";
import { useMembers } from "./use-members.ts";

const USUAL = { invite: "" };

export default function UsersPage() {
  const [{ invite }, set] = useUrlState(USUAL);
  const members = useMembers();
  const roles = useRead<Role[]>({ noun: "roles", path: "/roles" });
  const known = roles.data ?? [];
  const invitations = members.data?.invitations ?? [];
  return (
    <>
      <PageHeader
        title="Users and roles"
        hint="Everybody who can sign in to this project. A role says what they may do here; in other projects they may have another."
        actions={
          <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => set({ invite: "1" })}>
            Invite somebody
          </Button>
        }
      />
      <Stack gap={20}>
        <Panel title="Members" isFlush>
          <MemberTable members={members} roles={known} />
        </Panel>
        {invitations.length > 0 && <Invitations invitations={invitations} roles={known} />}
        <Panel title="What each role may do" isFlush>
          {roles.isError ? (
            <ErrorNotice
              title="The roles cannot be shown"
              error={roles.error}
              retry={() => void roles.refetch()}
            />
          ) : (
            <RoleMatrix roles={known} />
          )}
        </Panel>
      </Stack>
      <Invite isOpen={invite !== ""} close={() => set({ invite: "" })} roles={known} />
    </>
  );
}
