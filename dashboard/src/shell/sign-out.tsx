/** Signing out: the session ends on the server, and nothing that was read stays in the tab. */
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { signOut } from "../api/session.ts";

export function useSignOut() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: "/sign-in" });
      client.clear();
    },
  });
}

export function SignOutButton() {
  const { mutate, isPending } = useSignOut();
  return (
    <Button variant="default" loading={isPending} onClick={() => mutate()}>
      Sign out
    </Button>
  );
}
