/** Starts the dashboard in the browser. */
import "./nonce.ts";
import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "@mantine/spotlight/styles.layer.css";
import "./global.css";
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./api/query-client.ts";
import { styleNonce } from "./nonce.ts";
import { askAhead } from "./router/ask-ahead.ts";
import { createAppRouter } from "./router/router.tsx";
import { cssVariables, theme } from "./theme.ts";

const colorScheme = localStorageColorSchemeManager({ key: "carillon-color-scheme" });
const queryClient = createQueryClient();
const { pathname, search } = window.location;
void askAhead(queryClient, { pathname, search, nowMs: Date.now() });
const router = createAppRouter();

/** A page that has just been loaded has the newest files: loading it again would not help. */
const YOUNG_PAGE_MS = 10_000;
// A deployment while the tab was open took the old files away: the new page brings the new ones.
window.addEventListener("vite:preloadError", () => {
  if (performance.now() > YOUNG_PAGE_MS) window.location.reload();
});

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorScheme}
      defaultColorScheme="auto"
      getStyleNonce={() => styleNonce}
    >
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" limit={3} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
