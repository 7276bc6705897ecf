/** Devices that push messages can reach. */
import { Text } from "@mantine/core";
import type { DeviceView as Device } from "../../../../server/src/actions/profiles/find-profiles.ts";
import { useRead } from "../../api/use-read.ts";
import { ChannelName } from "../../components/channel.tsx";
import { type Column, DataTable, wholeList } from "../../components/data-table.tsx";
import { Panel } from "../../components/panel.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { ConsentBadge } from "./consent-badge.tsx";

const COLUMNS: readonly Column<Device>[] = [
  {
    key: "kind",
    label: "Kind",
    width: "minmax(96px, 130px)",
    render: ({ message_type_name: name }) => <ChannelName name={name} />,
  },
  {
    key: "token",
    label: "Token",
    width: "minmax(80px, 1fr)",
    isExtra: true,
    render: ({ token }) => <code title={token}>{token}</code>,
  },
  {
    key: "subscribed",
    label: "Push",
    width: "minmax(112px, 130px)",
    render: ({ subscribed }) => <ConsentBadge value={subscribed} />,
  },
  {
    key: "seen",
    label: "Changed",
    width: "minmax(76px, 90px)",
    align: "end",
    render: (row) => <TimeAgo value={row.update_time} />,
  },
];

export function ProfileDevices({ id }: { readonly id: number }) {
  const devices = useRead<Device[]>({ noun: "profiles", path: `/profiles/${id}/devices` });
  return (
    <Panel title="Devices" isFlush>
      <DataTable
        label="Devices"
        columns={COLUMNS}
        list={wholeList(devices)}
        keyOf={(device) => device.id}
        hasFoot={false}
        empty={
          <Text size="sm" c="dimmed" p="md">
            No device is registered. An app or a website does that through the API.
          </Text>
        }
      />
    </Panel>
  );
}
