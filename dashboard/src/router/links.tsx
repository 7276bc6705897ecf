/**
 * Links to pages of the project: real anchors, so that they open in new tabs, with the page fetched on hover. The
 * tree of routes is gathered from folders, so the router's types know no addresses: `search as never` says that.
 */
import { Anchor, type AnchorProps, Button, type ButtonProps } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useProject } from "./project-context.ts";

interface Target {
  /** Below /p/:projectId: "webhooks/3". */
  readonly to: string;
  readonly search?: Readonly<Record<string, string>>;
  readonly children: ReactNode;
}

/** In text and in tables. */
export function PageLink({ to, search = {}, children, ...rest }: Target & AnchorProps) {
  const { path } = useProject();
  return (
    <Anchor component={Link} to={path(to)} search={search as never} {...rest}>
      {children}
    </Anchor>
  );
}

/** Looks like a button and leads to a page. */
export function ButtonLink({ to, search = {}, children, ...rest }: Target & ButtonProps) {
  const { path } = useProject();
  return (
    <Button component={Link} to={path(to)} search={search as never} {...rest}>
      {children}
    </Button>
  );
}

/** A value of the page's path, such as `$id`. "" where the path has none. */
export function usePathParam(name: string): string {
  const params: Record<string, string | undefined> = useParams({ strict: false });
  return params[name] ?? "";
}
