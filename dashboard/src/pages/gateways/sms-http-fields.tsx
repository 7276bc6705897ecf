/** Fields of an SMS provider that is called over HTTP. */
import { Select, SimpleGrid, Textarea, TextInput } from "@mantine/core";
import type { Form } from "../../components/form.tsx";
import type { GatewayValues } from "./gateway.ts";
import { HeaderFields } from "./header-fields.tsx";

const METHODS = ["POST", "GET", "PUT"];
const ABILITIES = [
  { value: "dumb", label: "May reach people twice" },
  { value: "keyed", label: "Are known again by {{key}}" },
];
const MONO = { input: { fontFamily: "var(--mantine-font-family-monospace)" } };

export function SmsHttpFields({ form }: { readonly form: Form<GatewayValues> }) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput
          {...form.text("url")}
          label="URL"
          placeholder="https://api.example.com/sms"
          autoComplete="off"
        />
        <Select
          name="method"
          label="Method"
          data={METHODS}
          allowDeselect={false}
          value={form.values.method}
          error={form.errorOf("method")}
          onChange={(value) => form.set("method", value ?? "POST")}
        />
      </SimpleGrid>
      <HeaderFields
        headers={form.values.headers}
        error={form.errorOf("headers")}
        onChange={(headers) => form.set("headers", headers)}
      />
      <Textarea
        {...form.text("body")}
        label="Body"
        description="Empty: JSON with to, from, text and key. {{to}}, {{from}}, {{text}} and {{key}} are filled in for each message."
        placeholder={'{"to": "{{to}}", "from": "{{from}}", "text": "{{text}}", "reference": "{{key}}"}'}
        autosize
        minRows={3}
        maxRows={14}
        styles={MONO}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput {...form.text("content_type")} label="Content type" placeholder="application/json" />
        <TextInput
          {...form.text("id_path")}
          label="Where the answer has its message ID"
          placeholder="messages.0.id"
        />
        <Select
          name="ability"
          label="Repeated messages"
          data={ABILITIES}
          allowDeselect={false}
          value={form.values.ability}
          error={form.errorOf("ability")}
          onChange={(value) => form.set("ability", value ?? "dumb")}
        />
        <TextInput
          {...form.text("concurrency")}
          label="Calls at a time"
          placeholder="32"
          inputMode="numeric"
        />
      </SimpleGrid>
    </>
  );
}
