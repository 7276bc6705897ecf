/** A page that broke: said in words, with ways on. */
import { Container } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { ErrorNotice } from "../components/error-notice.tsx";

export function PageFault({ error, reset }: ErrorComponentProps) {
  return (
    <Container size="sm" pt="10vh">
      <ErrorNotice title="This page could not be shown" error={error} retry={reset} />
    </Container>
  );
}
