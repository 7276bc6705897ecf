/** Signing in and out, and what is done before one is signed in. None of it belongs to a project. */
import { request } from "./request.ts";

const OUTSIDE = { method: "POST", projectId: null } as const;

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly code?: string;
}

export interface Invitation {
  readonly email: string;
  readonly role_label: string;
  readonly project_name: string;
  readonly invited_by: string | null;
  /** The address has an account already: its password is asked for, and no name. */
  readonly has_account: boolean;
}

export const signIn = (body: Credentials) => request<{ project_id: number }>("/login", { ...OUTSIDE, body });

export const signOut = () => request<object>("/logout", { ...OUTSIDE, body: {} });

export const askForReset = (email: string) =>
  request<object>("/password-reset", { ...OUTSIDE, body: { email } });

export const confirmReset = (body: { token: string; password: string }) =>
  request<object>("/password-reset/confirm", { ...OUTSIDE, body });

export const findInvitation = (token: string, signal: AbortSignal) =>
  request<Invitation>("/invitations/lookup", { projectId: null, query: { token }, signal });

export const acceptInvitation = (body: { token: string; name: string; password: string }) =>
  request<{ project_id: number }>("/invitations/accept", { ...OUTSIDE, body });
