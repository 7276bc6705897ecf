/** The calm window around sign-in, invitation and password pages. */
import { Center, Paper, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { BellMark } from "../../shell/mark.tsx";
import styles from "./session.module.css";

export interface SessionFrameProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly children: ReactNode;
  readonly foot?: ReactNode;
}

export function SessionFrame({ title, hint, children, foot }: SessionFrameProps) {
  useEffect(() => {
    document.title = `${title} · Carillon`;
  }, [title]);
  return (
    <Center component="main" mih="100dvh" className={styles.page}>
      <Stack w="100%" maw={380} gap="lg">
        <Stack align="center" gap="sm">
          <BellMark size={40} />
          <Title order={1} ta="center">
            {title}
          </Title>
          {hint !== undefined && (
            <Text c="dimmed" ta="center" size="sm">
              {hint}
            </Text>
          )}
        </Stack>
        <Paper withBorder radius="lg" p="lg" shadow="sm" className={styles.card}>
          {children}
        </Paper>
        {foot !== undefined && (
          <Text ta="center" size="sm" component="div">
            {foot}
          </Text>
        )}
      </Stack>
    </Center>
  );
}
