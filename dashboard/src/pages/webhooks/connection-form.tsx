/** The settings of an endpoint, for a new one and for a change. */
import { Checkbox, PasswordInput, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { channelLabel } from "../../components/channel.tsx";
import type { Form } from "../../components/form.tsx";
import { CHANNELS, type Connection, eventChoices } from "./connection.ts";

export interface ConnectionValues {
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly message_types: readonly string[];
  /** keep: what the endpoint has already. */
  readonly authorization: "keep" | "none" | "basic" | "bearer";
  readonly username: string;
  readonly password: string;
  readonly token: string;
}

export const FRESH: ConnectionValues = {
  name: "",
  url: "",
  events: ["message_send", "message_delivery", "message_fail", "message_skip"],
  message_types: [],
  authorization: "none",
  username: "",
  password: "",
  token: "",
};

export const valuesOf = (row: Connection): ConnectionValues => ({
  ...FRESH,
  name: row.name,
  url: row.url,
  events: row.events,
  message_types: row.message_types ?? [],
  authorization: "keep",
});

/** As the API takes them. */
export function bodyOf(values: ConnectionValues): Record<string, unknown> {
  const { name, url, events, message_types: types, authorization: type, username, password, token } = values;
  const authorization = {
    keep: {},
    none: { authorization: { type } },
    basic: { authorization: { type, username, password } },
    bearer: { authorization: { type, token } },
  }[type];
  return { name, url, events, message_types: types.length === 0 ? null : types, ...authorization };
}

interface Props {
  readonly form: Form<ConnectionValues>;
  readonly current?: Connection | undefined;
}

export function ConnectionFields({ form, current }: Props) {
  const { values, set, text, errorOf } = form;
  return (
    <Stack maw={680}>
      <TextInput {...text("name")} label="Name" placeholder="Order service" />
      <TextInput
        {...text("url")}
        label="Address"
        type="url"
        placeholder="https://hooks.example.com/carillon"
        description="Each event is one POST of JSON. Any 2xx is success, within 15 seconds."
      />
      <Checkbox.Group
        label="Events"
        value={[...values.events]}
        onChange={(events) => set("events", events)}
        error={errorOf("events")}
      >
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt="xs">
          {eventChoices(current?.events ?? []).map(([name, what]) => (
            <Checkbox key={name} name="events" value={name} label={<code>{name}</code>} description={what} />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      <Checkbox.Group
        label="Channels"
        description="None chosen: all of them, those of later too."
        value={[...values.message_types]}
        onChange={(types) => set("message_types", types)}
        error={errorOf("message_types")}
      >
        <SimpleGrid cols={{ base: 2, xs: 4 }} spacing="xs" mt="xs">
          {CHANNELS.map((name) => (
            <Checkbox key={name} value={name} label={channelLabel(name)} />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      <Authorization form={form} current={current} />
    </Stack>
  );
}

const KINDS = [
  { value: "none", label: "None: the signature is enough" },
  { value: "basic", label: "Basic: user name and password" },
  { value: "bearer", label: "Bearer token" },
];

function Authorization({ form: { values, set, text, errorOf }, current }: Props) {
  const kept = { value: "keep", label: `As it is (${current?.authorization.type ?? "none"})` };
  return (
    <Stack gap="sm">
      <Select
        label="Authorization header"
        description="How we introduce ourselves to your endpoint."
        name="authorization"
        data={current === undefined ? KINDS : [kept, ...KINDS]}
        value={values.authorization}
        allowDeselect={false}
        onChange={(kind) => set("authorization", (kind ?? "none") as ConnectionValues["authorization"])}
        error={errorOf("authorization")}
      />
      {values.authorization === "basic" && (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput {...text("username")} label="User name" autoComplete="off" />
          <PasswordInput {...text("password")} label="Password" autoComplete="new-password" />
        </SimpleGrid>
      )}
      {values.authorization === "bearer" && (
        <PasswordInput {...text("token")} label="Token" autoComplete="new-password" />
      )}
      {values.authorization !== "none" && (
        <Text size="xs" c="dimmed">
          Kept sealed, never shown again.
        </Text>
      )}
    </Stack>
  );
}
