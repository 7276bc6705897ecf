/** Signing in and out, and what is done before one is signed in. None of it belongs to a project. */
import type { InvitationLookup as Invitation } from "../../../server/src/actions/users/invitations.ts";
import { ApiError } from "./api-error.ts";
import { request } from "./request.ts";

export type { Invitation };

const OUTSIDE = { method: "POST", projectId: null } as const;

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly code?: string;
}

export const signIn = (body: Credentials) => request<{ project_id: number }>("/login", { ...OUTSIDE, body });

export const signOut = () => request<object>("/logout", { ...OUTSIDE, body: {} });

export const askForReset = (email: string) =>
  request<object>("/password-reset", { ...OUTSIDE, body: { email } });

export const confirmReset = (body: { token: string; password: string }) =>
  request<object>("/password-reset/confirm", { ...OUTSIDE, body });

export const findInvitation = (token: string, signal: AbortSignal) =>
  request<Invitation>("/invitations/lookup", { projectId: null, query: { token }, signal });

export const acceptInvitation = (body: { token: string; name: string; password: string; code?: string }) =>
  request<{ project_id: number }>("/invitations/accept", { ...OUTSIDE, body });

/** The password was right, and an authenticator is set up. */
export const asksForCode = (error: unknown): boolean =>
  error instanceof ApiError && error.code === "code_required";
