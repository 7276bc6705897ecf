/** The addresses of the dashboard: a few before one is signed in, everything else below /p/:projectId. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { PageFault } from "../shell/page-fault.tsx";
import { PageFrame } from "../shell/page-frame.tsx";
import { PagePending } from "../shell/page-pending.tsx";
import { ProjectFrame } from "../shell/project-frame.tsx";
import { Root } from "../shell/root.tsx";
import { ToLastProject } from "../shell/to-last-project.tsx";
import { PageMissing, WholePageMissing } from "../shell/words-pages.tsx";
import { PAGE_ROUTES, type PageRoute } from "./page-route.ts";
import { parseSearch, stringifySearch } from "./url-state.ts";

const rootRoute = createRootRoute({ component: Root, notFoundComponent: WholePageMissing });

const startRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", component: ToLastProject });

const SESSION_PAGES = {
  "sign-in": () => import("../pages/session/sign-in-page.tsx"),
  invitation: () => import("../pages/session/invitation-page.tsx"),
  "forgot-password": () => import("../pages/session/forgot-password-page.tsx"),
  "reset-password": () => import("../pages/session/reset-password-page.tsx"),
};

const sessionRoutes = Object.entries(SESSION_PAGES).map(([path, load]) =>
  createRoute({ getParentRoute: () => rootRoute, path, component: lazyRouteComponent(load) }),
);

const projectRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "p/$projectId",
  component: ProjectFrame,
  notFoundComponent: PageMissing,
});

function routeOf(page: PageRoute) {
  const Page = lazyRouteComponent(page.load);
  const Framed = Object.assign(
    () => (
      <PageFrame page={page}>
        <Page />
      </PageFrame>
    ),
    Page.preload === undefined ? {} : { preload: Page.preload },
  );
  return createRoute({ getParentRoute: () => projectRoute, path: page.path || "/", component: Framed });
}

export const createAppRouter = () =>
  createRouter({
    routeTree: rootRoute.addChildren([
      startRoute,
      ...sessionRoutes,
      projectRoute.addChildren(PAGE_ROUTES.map(routeOf)),
    ]),
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultPendingComponent: PagePending,
    defaultErrorComponent: PageFault,
    scrollRestoration: true,
    trailingSlash: "never",
  });
