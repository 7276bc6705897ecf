/** Around each page of a project: 403 in words where the role does not allow it, a calm wait, and a fault that stays inside. */
import { CatchBoundary } from "@tanstack/react-router";
import { type ReactNode, Suspense } from "react";
import type { PageRoute } from "../router/page-route.ts";
import { useProject } from "../router/project-context.ts";
import { PageFault } from "./page-fault.tsx";
import { PagePending } from "./page-pending.tsx";
import { PageForbidden } from "./words-pages.tsx";

export function PageFrame({ page, children }: { readonly page: PageRoute; readonly children: ReactNode }) {
  const project = useProject();
  if (!project.can(page.permission)) return <PageForbidden page={page} />;
  return (
    <CatchBoundary getResetKey={() => page.path} errorComponent={PageFault}>
      <Suspense fallback={<PagePending />}>{children}</Suspense>
    </CatchBoundary>
  );
}
