/** Who is signed in, their projects, and what their role may do there. */
import { queryOptions } from "@tanstack/react-query";
import { keys } from "./query-keys.ts";
import { request } from "./request.ts";

export interface Me {
  readonly user: {
    readonly id: number;
    readonly email: string;
    readonly name: string | null;
    readonly has_totp: boolean;
  };
  readonly projects: readonly MyProject[];
  readonly region: string;
  readonly version: string;
  readonly instance: { readonly url: string };
}

export interface MyProject {
  readonly id: number;
  readonly name: string;
  readonly role: string;
  readonly role_label: string;
  readonly permissions: readonly string[];
  /** IANA name; left out by older servers. */
  readonly time_zone?: string;
}

export const meQuery = () =>
  queryOptions({
    queryKey: keys.me(),
    queryFn: ({ signal }) => request<Me>("/me", { projectId: null, signal }),
    staleTime: 60_000,
  });
