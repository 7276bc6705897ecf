/** Fields of gateways that are a server with a name and a password: SMTP and SMPP. */
import { PasswordInput, Select, SimpleGrid, Switch, TextInput } from "@mantine/core";
import type { Form } from "../../components/form.tsx";
import type { GatewayValues } from "./gateway.ts";

export interface ServerFieldsProps {
  readonly form: Form<GatewayValues>;
  /** One is stored; it is never shown. */
  readonly hasPassword: boolean;
}

const SECURITY = [
  { value: "auto", label: "STARTTLS where the server offers it" },
  { value: "starttls", label: "STARTTLS, always" },
  { value: "tls", label: "TLS from the first byte" },
];

function Place({ form, port }: { readonly form: Form<GatewayValues>; readonly port: string }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      <TextInput {...form.text("host")} label="Host" placeholder="mail.example.com" autoComplete="off" />
      <TextInput {...form.text("port")} label="Port" placeholder={port} inputMode="numeric" />
    </SimpleGrid>
  );
}

function Password({ form, hasPassword }: ServerFieldsProps) {
  return (
    <PasswordInput
      {...form.text("password")}
      label="Password"
      placeholder={hasPassword ? "Kept as it is" : ""}
      description={hasPassword ? "Stored and never shown. Type a new one to replace it." : undefined}
      inputWrapperOrder={["label", "input", "description", "error"]}
      autoComplete="new-password"
    />
  );
}

export function SmtpFields({ form, hasPassword }: ServerFieldsProps) {
  return (
    <>
      <Place form={form} port="587" />
      <Select
        name="security"
        label="Encryption"
        data={SECURITY}
        allowDeselect={false}
        value={form.values.security}
        error={form.errorOf("security")}
        onChange={(value) => form.set("security", value ?? "auto")}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput {...form.text("user")} label="User name" autoComplete="off" />
        <Password form={form} hasPassword={hasPassword} />
      </SimpleGrid>
      <TextInput
        {...form.text("connections")}
        label="Connections at a time"
        placeholder="8"
        inputMode="numeric"
        maw={220}
      />
    </>
  );
}

export function SmppFields({ form, hasPassword }: ServerFieldsProps) {
  return (
    <>
      <Place form={form} port="2775" />
      <Switch
        label="Encrypt the connection (TLS)"
        checked={form.values.tls}
        error={form.errorOf("tls")}
        onChange={({ currentTarget }) => form.set("tls", currentTarget.checked)}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput {...form.text("system_id")} label="System ID" autoComplete="off" />
        <Password form={form} hasPassword={hasPassword} />
      </SimpleGrid>
      <TextInput
        {...form.text("window")}
        label="Messages under way at a time (window)"
        placeholder="10"
        inputMode="numeric"
        maw={280}
      />
    </>
  );
}
