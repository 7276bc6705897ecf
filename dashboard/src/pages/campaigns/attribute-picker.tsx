/** The attribute icon of each field: a list to search, of which one goes in as {{name}} at the cursor. */
import { ActionIcon, Combobox, Text, Tooltip, useCombobox } from "@mantine/core";
import { IconBraces } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import styles from "./campaigns.module.css";
import { paramNames, useEditorPage } from "./editor-context.ts";

interface Choice {
  readonly name: string;
  readonly detail: string;
}

interface ChoiceGroup {
  readonly label: string;
  readonly choices: readonly Choice[];
}

export interface AttributePickerProps {
  /** Of the field that it belongs to. */
  readonly label: string;
  insert(text: string): void;
}

export function AttributePicker({ label, insert }: AttributePickerProps) {
  const [search, setSearch] = useState("");
  const groups = useGroups(search);
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setSearch("");
    },
    onDropdownOpen: () => {
      combobox.focusSearchInput();
      combobox.selectFirstOption();
    },
  });
  // Once the options of the new text are there: Enter must never take one of the old ones.
  const { selectFirstOption } = combobox;
  const first = groups[0]?.choices[0]?.name;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new text begins at its first option
  useEffect(() => {
    if (combobox.dropdownOpened) selectFirstOption();
  }, [search, first]);
  const choose = (name: string): void => {
    combobox.closeDropdown();
    insert(`{{${name}}}`);
  };
  return (
    <Combobox store={combobox} onOptionSubmit={choose} position="bottom-end" width={280} withinPortal>
      <Combobox.Target withAriaAttributes={false}>
        <Tooltip label="Insert an attribute or a param">
          <ActionIcon
            variant="subtle"
            size="sm"
            aria-label={`Insert an attribute into ${label}`}
            aria-haspopup="listbox"
            aria-expanded={combobox.dropdownOpened}
            onClick={() => combobox.toggleDropdown()}
          >
            <IconBraces size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={search}
          aria-label="Search attributes"
          placeholder="Search, or type a new param"
          onChange={({ currentTarget: { value } }) => setSearch(value)}
        />
        <Combobox.Options mah={260} className={styles.options}>
          {groups.map((group) => (
            <GroupOptions key={group.label} group={group} />
          ))}
          {groups.length === 0 && <Combobox.Empty>A name has letters, digits and _</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

const GroupOptions = ({ group: { label, choices } }: { readonly group: ChoiceGroup }) => (
  <Combobox.Group label={label}>
    {choices.map(({ name, detail }) => (
      <Combobox.Option key={name} value={name}>
        <span className={styles.option}>
          <code>{name}</code>
          <Text size="xs" c="dimmed" component="span">
            {detail}
          </Text>
        </span>
      </Combobox.Option>
    ))}
  </Combobox.Group>
);

function useGroups(search: string): ChoiceGroup[] {
  const { attributes, check } = useEditorPage();
  const text = search.trim().toLowerCase();
  const fits = ({ name }: { name: string }): boolean => name.toLowerCase().includes(text);
  const params = paramNames(check).map((name) => ({ name, detail: "param" }));
  const own = attributes.map(({ name, type }) => ({ name, detail: type }));
  const isNew =
    /^[A-Za-z_]\w*$/.test(search.trim()) && ![...params, ...own].some(({ name }) => name === search.trim());
  return [
    { label: "Params of this template", choices: params.filter(fits) },
    { label: "Attributes of the profile", choices: own.filter(fits) },
    { label: "New", choices: isNew ? [{ name: search.trim(), detail: "param of the call" }] : [] },
  ].filter(({ choices }) => choices.length > 0);
}
