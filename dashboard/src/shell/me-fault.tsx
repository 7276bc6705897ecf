/** Nobody is signed in: to the sign-in page, and back here afterwards. Any other fault is told, with a way to try again. */
import { Container } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { isStatus } from "../api/api-error.ts";
import { ErrorNotice } from "../components/error-notice.tsx";
import { PagePending } from "./page-pending.tsx";

export function MeFault({ error, retry }: { readonly error: unknown; retry(): void }) {
  const router = useRouter();
  const isStranger = isStatus(error, 401);
  useEffect(() => {
    if (!isStranger) return;
    // Read here and once: while the next page is fetched the address is already that page's.
    const { href, pathname } = router.state.location;
    if (pathname === "/sign-in") return;
    const next = href === "/" ? "" : `?next=${encodeURIComponent(href)}`;
    router.history.replace(`/sign-in${next}`);
  }, [isStranger, router]);
  if (isStranger) return <PagePending />;
  return (
    <Container component="main" size="sm" pt="15vh">
      <ErrorNotice title="The dashboard cannot start" error={error} retry={retry} />
    </Container>
  );
}
