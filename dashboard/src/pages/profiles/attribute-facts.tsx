/** Attributes by name, each edited in place. New names become custom attributes, as in an import. */
import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { TemplateNames } from "../../../../server/src/domain/template-names.ts";
import { useRead } from "../../api/use-read.ts";
import { KeyValue } from "../../components/key-value.tsx";
import { Panel } from "../../components/panel.tsx";
import { useProject } from "../../router/project-context.ts";
import { AttributeField } from "./attribute-field.tsx";
import { InlineEdit } from "./inline-edit.tsx";
import { NewAttribute } from "./new-attribute.tsx";
import { type Profile, SYSTEM_LABELS, useProfileEdit } from "./profile.ts";

export function SystemAttributes({ profile }: { readonly profile: Profile }) {
  const facts = SYSTEM_LABELS.map(([name, label]) => ({
    label,
    value: (
      <AttributeEdit id={profile.id} name={name} label={label} type="text" value={profile.system[name]} />
    ),
  }));
  return <KeyValue facts={facts} />;
}

export function CustomAttributes({ profile }: { readonly profile: Profile }) {
  const { can } = useProject();
  const [isAdding, adding] = useDisclosure(false);
  const names = useRead<TemplateNames>({ noun: "names", path: "/names" });
  const custom = names.data?.attributes.filter(({ system }) => !system) ?? [];
  const types = new Map(custom.map(({ name, type }) => [name, type]));
  const facts = Object.keys(profile.attributes)
    .sort()
    .map((name) => ({
      label: name,
      value: (
        <AttributeEdit
          id={profile.id}
          name={name}
          label={name}
          type={types.get(name) ?? "text"}
          value={profile.attributes[name]}
        />
      ),
    }));
  return (
    <Panel
      title="Custom attributes"
      hint="Templates read them by these names."
      actions={
        can("profiles.edit") && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={adding.open}
          >
            Add an attribute
          </Button>
        )
      }
    >
      {facts.length === 0 ? (
        <Text size="sm" c="dimmed">
          None is known of this person yet. Imports and calls of your backend bring them along.
        </Text>
      ) : (
        <KeyValue facts={facts} />
      )}
      <NewAttribute profileId={profile.id} known={custom} isOpen={isAdding} close={adding.close} />
    </Panel>
  );
}

interface AttributeEditProps {
  readonly id: number;
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly value: unknown;
}

function AttributeEdit({ id, name, label, type, value }: AttributeEditProps) {
  const { can } = useProject();
  const stored = textOf(value);
  const [typed, setTyped] = useState(stored);
  const save = useProfileEdit(id, () => {});
  return (
    <InlineEdit
      name={label}
      canEdit={can("profiles.edit")}
      shown={stored === "" ? "–" : stored}
      begin={() => setTyped(stored)}
      save={save}
      submit={(done) => (typed === stored ? done() : save.mutate({ [name]: typed }, { onSuccess: done }))}
      fields={<AttributeField label={label} type={type} value={typed} onChange={setTyped} isFirst />}
    />
  );
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value, null, 2) : String(value);
}
