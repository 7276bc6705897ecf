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
      <Table className={styles.contract} aria-label="Params of this template">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Name</Table.Th>
            <Table.Th scope="col" className={styles.extra}>
              Type
            </Table.Th>
            <Table.Th scope="col" className={styles.extra}>
              Comes from
            </Table.Th>
            <Table.Th scope="col">Needed</Table.Th>
            <Table.Th scope="col" className={styles.extra}>
              Used in
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {names.map((one) => (
            <NameRow key={one.name} one={one} />
          ))}
        </Table.Tbody>
      </Table>
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
  const places = one.used_in.map(fieldWords).join(", ");
  return (
    <Table.Tr>
      <Table.Th scope="row">
        <code className={styles.paramName}>{one.name}</code>
        {below.length > 0 && (
          <Text size="xs" c="dimmed">
            {`of ${below.map(([name, type]) => `${name} (${type})`).join(", ")}`}
          </Text>
        )}
        <Text size="xs" c="dimmed" className={styles.onlyNarrow}>
          {`${one.type}, from ${SOURCES[one.source]}; in ${places}`}
        </Text>
      </Table.Th>
      <Table.Td className={styles.extra}>{one.type}</Table.Td>
      <Table.Td className={styles.extra}>{SOURCES[one.source]}</Table.Td>
      <Table.Td>
        {one.required ? (
          <StatusBadge tone="info">Required</StatusBadge>
        ) : (
          <StatusBadge tone="quiet">Optional</StatusBadge>
        )}
      </Table.Td>
      <Table.Td className={styles.extra}>{places}</Table.Td>
    </Table.Tr>
  );
}
