/** Accepting an invitation: a name and a password for a new account, the password alone for one that exists. */
import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { acceptInvitation, findInvitation, type Invitation } from "../../api/session.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { FormFrame, useForm } from "../../components/form.tsx";
import { PagePending } from "../../shell/page-pending.tsx";
import { useEnter } from "./enter.ts";
import { SessionFrame } from "./session-frame.tsx";

export default function InvitationPage() {
  const { token = "" }: { token?: string } = useSearch({ strict: false });
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: ({ signal }) => findInvitation(token, signal),
    retry: false,
  });
  if (invitation.isPending) return <PagePending />;
  if (invitation.data === undefined) {
    return (
      <SessionFrame title="This invitation does not work">
        <ErrorNotice title="It is used up, withdrawn or too old" error={invitation.error} />
        <Text size="sm" mt="md">
          Ask whoever invited you for a new one.
        </Text>
        <Button mt="md" fullWidth variant="default" component={Link} to="/">
          Go to the dashboard
        </Button>
      </SessionFrame>
    );
  }
  return <Accepting token={token} invitation={invitation.data} />;
}

function Accepting({ token, invitation }: { readonly token: string; readonly invitation: Invitation }) {
  const { email, project_name: project, role_label: role, invited_by: by, has_account: isKnown } = invitation;
  const form = useForm({ name: "", password: "" });
  const enter = useEnter();
  const { mutate, isPending } = useMutation({
    mutationFn: () => acceptInvitation({ token, ...form.values }),
    onSuccess: (answer) => enter(answer.project_id),
    onError: form.refuse,
  });
  const signIn = (
    <Anchor component={Link} to="/sign-in">
      Sign in instead
    </Anchor>
  );
  return (
    <SessionFrame
      title={`Join ${project}`}
      hint={`${email}, as ${role}${by ? `. Invited by ${by}.` : ""}`}
      foot={signIn}
    >
      <FormFrame form={form} submit={mutate} isPending={isPending} action="Join" failed="Not joined" isWide>
        <Stack gap="sm">
          {!isKnown && <TextInput {...form.text("name")} label="Your name" autoComplete="name" autoFocus />}
          <PasswordInput
            {...form.text("password")}
            label={isKnown ? "Your password" : "Choose a password"}
            description={isKnown ? "Of the account that you have here." : "At least 10 characters."}
            autoComplete={isKnown ? "current-password" : "new-password"}
          />
        </Stack>
      </FormFrame>
    </SessionFrame>
  );
}
