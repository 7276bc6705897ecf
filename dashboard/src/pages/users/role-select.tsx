/** Chooses a role, with a line on what it is for. */
import { Select } from "@mantine/core";
import type { Role } from "./member.ts";

const WORDS: Readonly<Record<string, string>> = {
  admin: "May do everything, also invite and remove people.",
  campaign_manager: "Writes, launches and follows campaigns, imports people.",
  copywriter: "Writes drafts and tests them; somebody else launches.",
  approver: "Reads and launches drafts, but changes nothing in them.",
  viewer: "Sees campaigns and figures, which name nobody.",
  data_protection_officer: "Sees, corrects and erases people's data, reads the audit log.",
  support_agent: "Looks up people and their messages, and resends what failed.",
};

export interface RoleSelectProps {
  readonly roles: readonly Role[];
  readonly value: string;
  readonly error?: string | undefined;
  onChange(value: string): void;
}

export function RoleSelect({ roles, value, error, onChange }: RoleSelectProps) {
  return (
    <Select
      name="role"
      label="Role"
      description={WORDS[value]}
      inputWrapperOrder={["label", "input", "description", "error"]}
      data={roles.map(({ name, label }) => ({ value: name, label }))}
      value={value}
      error={error}
      allowDeselect={false}
      onChange={(chosen) => onChange(chosen ?? value)}
    />
  );
}
