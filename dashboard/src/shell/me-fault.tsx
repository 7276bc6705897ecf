/** Nobody is signed in: to the sign-in page, and back here afterwards. Any other fault is told, with a way to try again. */
import { Container } from "@mantine/core";
import { Navigate, useLocation } from "@tanstack/react-router";
import { isStatus } from "../api/api-error.ts";
import { ErrorNotice } from "../components/error-notice.tsx";

export function MeFault({ error, retry }: { readonly error: unknown; retry(): void }) {
  const { href } = useLocation();
  if (isStatus(error, 401)) {
    return <Navigate to="/sign-in" search={href === "/" ? {} : { next: href }} replace />;
  }
  return (
    <Container component="main" size="sm" pt="15vh">
      <ErrorNotice title="The dashboard cannot start" error={error} retry={retry} />
    </Container>
  );
}
