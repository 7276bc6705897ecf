/** What one changes about oneself: name, password, authenticator. It holds in all projects. */
import { Stack } from "@mantine/core";
import { KeyValue } from "../../components/key-value.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Panel } from "../../components/panel.tsx";
import { useProject } from "../../router/project-context.ts";
import { AuthenticatorPanel } from "./authenticator-panel.tsx";
import { NameForm } from "./name-form.tsx";
import { PasswordForm } from "./password-form.tsx";

export default function AccountPage() {
  const { me } = useProject();
  const facts = me.projects.map(({ name, role_label: role, id }) => ({
    label: me.projects.filter((other) => other.name === name).length > 1 ? `${name} (${id})` : name,
    value: role,
  }));
  return (
    <>
      <PageHeader
        title="Your account"
        hint={`You sign in as ${me.user.email}. This holds for all your projects.`}
      />
      <Stack gap={20} maw={720}>
        <Panel title="Name" hint="As others see it beside what you change.">
          <NameForm name={me.user.name} />
        </Panel>
        <Panel title="Password" hint="A change signs you out everywhere else.">
          <PasswordForm email={me.user.email} />
        </Panel>
        <AuthenticatorPanel hasTotp={me.user.has_totp} />
        <Panel title="Your projects">
          <KeyValue facts={facts} />
        </Panel>
      </Stack>
    </>
  );
}
