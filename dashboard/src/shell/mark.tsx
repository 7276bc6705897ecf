/** Carillon's bell, alone or with the name. */
import { Group, Text } from "@mantine/core";

export function BellMark({ size = 22 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <rect width="24" height="24" rx="6" fill="#0c5d55" />
      <path
        d="M12 4.2a1.4 1.4 0 0 1 1.35 1.05c2.55.65 3.85 2.65 3.95 5.15.1 2.7.7 4 1.9 5 .6.5.3 1.5-.5 1.5H5.3c-.8 0-1.1-1-.5-1.5 1.2-1 1.8-2.3 1.9-5 .1-2.5 1.4-4.5 3.95-5.15A1.4 1.4 0 0 1 12 4.2Z"
        fill="#fbf4e6"
      />
      <path d="M9.4 17.9h5.2a2.6 2.6 0 0 1-5.2 0Z" fill="#e0a94f" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <Group gap={8} wrap="nowrap">
      <BellMark />
      <Text fw={650} fz="md" lts="-0.01em">
        Carillon
      </Text>
    </Group>
  );
}
