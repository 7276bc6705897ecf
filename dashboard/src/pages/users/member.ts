/** Who belongs to the project, who is invited, and the roles that there are. */
export interface Member {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly has_totp: boolean;
  readonly last_seen: number | null;
  readonly create_time: number;
}

export interface OpenInvitation {
  readonly id: number;
  readonly email: string;
  readonly role: string;
  readonly create_time: number;
  readonly valid_until: number;
  readonly invited_by: string;
}

export interface Role {
  readonly name: string;
  readonly label: string;
  readonly permissions: readonly string[];
}

export const labelOf = (roles: readonly Role[], name: string): string =>
  roles.find((role) => role.name === name)?.label ?? name;
