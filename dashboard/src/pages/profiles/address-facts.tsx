/** Email and numbers of a person, each with its subscription; edited together, because the one is of no use without the other. */
import { Group, TextInput } from "@mantine/core";
import { useState } from "react";
import { KeyValue } from "../../components/key-value.tsx";
import { useProject } from "../../router/project-context.ts";
import { ConsentBadge } from "./consent-badge.tsx";
import { ConsentChoice } from "./consent-choice.tsx";
import { InlineEdit } from "./inline-edit.tsx";
import { ADDRESSES, type Profile, useProfileEdit } from "./profile.ts";

export function AddressFacts({ profile }: { readonly profile: Profile }) {
  const facts = ADDRESSES.map((address) => ({
    label: address.label,
    value: <AddressEdit profile={profile} address={address} />,
  }));
  return <KeyValue facts={facts} />;
}

interface AddressEditProps {
  readonly profile: Profile;
  readonly address: (typeof ADDRESSES)[number];
}

function AddressEdit({ profile, address: { name, consent, label } }: AddressEditProps) {
  const { can } = useProject();
  const stored = { value: textOf(profile.system[name]), said: textOf(profile.system[consent]) };
  const [typed, setTyped] = useState(stored);
  const save = useProfileEdit(profile.id, () => {});
  const submit = (done: () => void): void => {
    const given = [
      ...(typed.value.trim() === stored.value ? [] : [[name, typed.value.trim()]]),
      ...(typed.said === "" || typed.said === stored.said ? [] : [[consent, Number(typed.said)]]),
    ];
    if (given.length === 0) done();
    else save.mutate(Object.fromEntries(given), { onSuccess: done });
  };
  return (
    <InlineEdit
      name={label}
      canEdit={can("profiles.edit")}
      shown={
        <Group gap={8} component="span">
          <span>{stored.value || "–"}</span>
          {(stored.value !== "" || stored.said !== "") && <ConsentBadge value={profile.system[consent]} />}
        </Group>
      }
      begin={() => setTyped(stored)}
      save={save}
      submit={submit}
      fields={
        <>
          <TextInput
            label={label}
            value={typed.value}
            onChange={({ currentTarget: { value } }) => setTyped({ ...typed, value })}
            autoFocus
          />
          <ConsentChoice
            name={consent}
            label="Subscribed?"
            value={typed.said}
            onChange={(said) => setTyped({ ...typed, said })}
          />
        </>
      }
    />
  );
}

const textOf = (value: unknown): string => (value === null || value === undefined ? "" : String(value));
