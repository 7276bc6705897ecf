/** What each call has to pass, and what it may: the names of the templates, with where each is used. */
import { Table, Text } from "@mantine/core";
import { Notice } from "../../components/error-notice.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { type ContractName, fieldWords, type ParamsContract } from "./campaign.ts";
import styles from "./campaigns.module.css";

const SOURCES: Readonly<Record<ContractName["source"], string>> = {
  param: "the call",
  either: "the call, else the profile",
  profile: "the profile",
};

export function ContractTable({ contract }: { readonly contract: ParamsContract }) {
  const { names, warnings } = contract;
  if (names.length === 0) {
    return (
      <Text size="sm" c="dimmed" px={18} py="sm">
        The templates have no placeholders: every message is the same, and a call needs no params.
      </Text>
    );
  }
  return (
    <>
      {/* Nothing in it takes the focus, so the keys that scroll need it on the frame. */}
      <Table.ScrollContainer
        minWidth={520}
        type="native"
        tabIndex={0}
        role="group"
        aria-label="Params, wider than a telephone"
      >
        <Table className={styles.contract} aria-label="Params of this template">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Name</Table.Th>
              <Table.Th scope="col">Type</Table.Th>
              <Table.Th scope="col">Comes from</Table.Th>
              <Table.Th scope="col">Needed</Table.Th>
              <Table.Th scope="col">Used in</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {names.map((one) => (
              <NameRow key={one.name} one={one} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {warnings.length > 0 && (
        <div className={styles.warnings}>
          <Notice tone="warn" title="Look at these names">
            <ul className={styles.plainList}>
              {warnings.map(({ name, message }) => (
                <li key={`${name} ${message}`}>
                  <code>{name}</code>: {message}
                </li>
              ))}
            </ul>
          </Notice>
        </div>
      )}
    </>
  );
}

function NameRow({ one }: { readonly one: ContractName }) {
  const below = Object.entries(one.fields);
  return (
    <Table.Tr>
      <Table.Th scope="row">
        <code>{one.name}</code>
        {below.length > 0 && (
          <Text size="xs" c="dimmed">
            {`of ${below.map(([name, type]) => `${name} (${type})`).join(", ")}`}
          </Text>
        )}
      </Table.Th>
      <Table.Td>{one.type}</Table.Td>
      <Table.Td>{SOURCES[one.source]}</Table.Td>
      <Table.Td>
        {one.required ? (
          <StatusBadge tone="info">Required</StatusBadge>
        ) : (
          <StatusBadge tone="quiet">Optional</StatusBadge>
        )}
      </Table.Td>
      <Table.Td>{one.used_in.map(fieldWords).join(", ")}</Table.Td>
    </Table.Tr>
  );
}
