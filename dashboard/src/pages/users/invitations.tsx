/** Invitations that nobody has taken yet. */
import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { type Column, DataTable, listOfRows } from "../../components/data-table.tsx";
import { Panel } from "../../components/panel.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { labelOf, type OpenInvitation, type Role } from "./member.ts";

export interface InvitationsProps {
  readonly invitations: readonly OpenInvitation[];
  readonly roles: readonly Role[];
}

export function Invitations({ invitations, roles }: InvitationsProps) {
  const [chosen, setChosen] = useState<OpenInvitation | null>(null);
  const [isAsked, asked] = useDisclosure(false);
  const ask = (invitation: OpenInvitation): void => {
    setChosen(invitation);
    asked.open();
  };
  return (
    <Panel
      title="Invited"
      hint="Links that nobody has used yet. A link cannot be shown again; invite once more for a new one."
      isFlush
    >
      <DataTable
        label="Invitations"
        columns={columnsFor(roles, ask)}
        list={listOfRows(invitations)}
        keyOf={({ id }) => id}
        hasFoot={false}
        spentHeight={420}
        empty={null}
      />
      {chosen !== null && <Withdraw invitation={chosen} isOpen={isAsked} close={asked.close} />}
    </Panel>
  );
}

const columnsFor = (
  roles: readonly Role[],
  withdraw: (invitation: OpenInvitation) => void,
): readonly Column<OpenInvitation>[] => [
  { key: "email", label: "Email", width: "minmax(120px, 1.6fr)", render: ({ email }) => email },
  {
    key: "role",
    label: "Role",
    width: "minmax(100px, 1fr)",
    isExtra: true,
    render: ({ role }) => labelOf(roles, role),
  },
  { key: "by", label: "By", width: "minmax(100px, 1fr)", isExtra: true, render: (row) => row.invited_by },
  {
    key: "until",
    label: "Ends",
    width: "90px",
    render: (row) => <TimeAgo value={row.valid_until} />,
  },
  {
    key: "withdraw",
    label: "Actions",
    isLabelHidden: true,
    width: "106px",
    align: "end",
    render: (row) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Withdraw the invitation of ${row.email}`}
        onClick={() => withdraw(row)}
      >
        Withdraw
      </Button>
    ),
  },
];

interface WithdrawProps {
  readonly invitation: OpenInvitation;
  readonly isOpen: boolean;
  close(): void;
}

function Withdraw({ invitation, isOpen, close }: WithdrawProps) {
  const { id, email } = invitation;
  const remove = useChange<void>({
    ask: () => ({ method: "DELETE", path: `/invitations/${id}`, body: {} }),
    touches: ["users"],
    onDone: () => {
      notifications.show({ message: "The invitation is withdrawn." });
      close();
    },
  });
  return (
    <ConfirmDialog
      isOpen={isOpen}
      close={close}
      title="Withdraw the invitation"
      action="Withdraw"
      isDangerous
      mutation={remove}
      confirm={() => remove.mutate()}
    >
      <Text size="sm">The link that {email} was given stops working at once.</Text>
    </ConfirmDialog>
  );
}
