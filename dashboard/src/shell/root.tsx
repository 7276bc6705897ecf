/** Around every page: whatever the address, this is where its view appears. */
import { Outlet } from "@tanstack/react-router";
import { RouteWatch } from "./route-focus.tsx";

export function Root() {
  return (
    <>
      <RouteWatch />
      <Outlet />
    </>
  );
}
