/** Pages that say why there is nothing to see, and where to go from there: 403, 404, no project. */
import { Anchor, Button, Center, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import type { Me } from "../api/me.ts";
import { ButtonLink } from "../router/links.tsx";
import type { PageRoute } from "../router/page-route.ts";
import { useProject } from "../router/project-context.ts";
import { BellMark } from "./mark.tsx";
import { SignOutButton } from "./sign-out.tsx";

interface Words {
  readonly title: string;
  readonly children: ReactNode;
  readonly ways: ReactNode;
  /** Stands alone in the window, without the rail. */
  readonly isWhole?: boolean;
}

function WordsPage({ title, children, ways, isWhole = false }: Words) {
  useEffect(() => {
    document.title = `${title} · Carillon`;
  }, [title]);
  return (
    <Center component={isWhole ? "main" : "div"} mih="60vh" px="md">
      <Stack align="center" gap="sm" maw={440} ta="center">
        <BellMark size={36} />
        <Title order={1}>{title}</Title>
        <Text c="dimmed">{children}</Text>
        <Group justify="center" mt="xs">
          {ways}
        </Group>
      </Stack>
    </Center>
  );
}

export function PageMissing() {
  return (
    <WordsPage title="There is no such page" ways={<ButtonLink to="">Go to the overview</ButtonLink>}>
      The address may be mistyped, or what it showed was removed. Press / to search.
    </WordsPage>
  );
}

export function WholePageMissing() {
  const way = (
    <Button component={Link} to="/">
      Open the dashboard
    </Button>
  );
  return (
    <WordsPage title="There is no such page" isWhole ways={way}>
      The address may be mistyped, or it is from another version of Carillon.
    </WordsPage>
  );
}

export function PageForbidden({ page }: { readonly page: PageRoute }) {
  const { role_label: role, name } = useProject();
  return (
    <WordsPage
      title={`You may not open ${page.title}`}
      ways={<ButtonLink to="">Go to the overview</ButtonLink>}
    >
      Your role in {name} is {role}, which does not cover this page. An administrator of the project can give
      you another one under Users and roles.
    </WordsPage>
  );
}

export function NotAMember({ me, projectId }: { readonly me: Me; readonly projectId: string }) {
  const ways = me.projects.map((project) => (
    <Button key={project.id} component={Link} to={`/p/${project.id}`} variant="default">
      Open {project.name}
    </Button>
  ));
  return (
    <WordsPage
      title="You do not belong to this project"
      isWhole
      ways={ways.length > 0 ? ways : <SignOutButton />}
    >
      {me.user.email} has no role in the project with the number {projectId}, or there is none with it. Ask
      whoever sent you the link to invite you.
    </WordsPage>
  );
}

export function NoProject({ email }: { readonly email: string }) {
  return (
    <WordsPage title="You belong to no project" isWhole ways={<SignOutButton />}>
      {email} has an account here but no role in any project. Ask an administrator for an invitation. Or try
      the <Anchor href="/reference">API reference</Anchor>.
    </WordsPage>
  );
}
