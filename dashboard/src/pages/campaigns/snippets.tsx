/** The call for this very template, to paste: in three languages, with the project's token and a person filled in on demand. */
import { Button, Group, Skeleton, Text, TextInput } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { AppTokenView } from "../../../../server/src/actions/tokens/app-token.ts";
import { request } from "../../api/request.ts";
import { useRead } from "../../api/use-read.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { Panel } from "../../components/panel.tsx";
import { useProject } from "../../router/project-context.ts";
import styles from "./campaigns.module.css";
import { PersonPicker } from "./person-picker.tsx";

interface Snippets {
  readonly curl: string;
  readonly typescript: string;
  readonly python: string;
}

const TOKEN = "YOUR_APP_TOKEN";
const PERSON = "USER_ID";
/** What needs no escape in a shell's quotes, in JSON or in Python. */
const HARMLESS = /^[\w.@:+-]{1,255}$/;

export interface SnippetsPanelProps {
  readonly id: number;
  readonly title?: string;
  readonly hint?: string;
}

export function SnippetsPanel({
  id,
  title = "Send it from your backend",
  hint = "The call for this template, with an example for each param that it needs.",
}: SnippetsPanelProps) {
  const { id: projectId, can } = useProject();
  const read = useRead<Snippets>({ noun: "campaigns", path: `/campaigns/${id}/snippets` });
  const [person, setPerson] = useState("");
  // Asked for each time, never with the page: that the token was looked at stands in the audit log.
  const token = useMutation({
    mutationFn: () => request<AppTokenView>("/app-token", { projectId }),
  });
  const isOdd = person !== "" && !HARMLESS.test(person);
  const missing = [
    ...(token.data === undefined ? ["the app token"] : []),
    ...(person === "" || isOdd ? ["the user ID"] : []),
  ];
  const filled = (code: string): string =>
    code
      .replaceAll(TOKEN, token.data?.token ?? TOKEN)
      .replaceAll(PERSON, person === "" || isOdd ? PERSON : person);
  return (
    <Panel title={title} hint={hint}>
      <Group gap="sm" align="flex-end" mb="sm">
        <ToPerson person={person} isOdd={isOdd} change={setPerson} />
        {can("credentials.manage") && (
          <Button
            variant="default"
            leftSection={<IconKey size={15} aria-hidden />}
            loading={token.isPending}
            disabled={token.isSuccess}
            onClick={() => token.mutate()}
          >
            {token.isSuccess ? "Token filled in" : "Fill in my token"}
          </Button>
        )}
      </Group>
      {token.isError && <ErrorNotice title="The token cannot be shown" error={token.error} />}
      {read.isError && (
        <ErrorNotice title="The code cannot be shown" error={read.error} retry={() => void read.refetch()} />
      )}
      {read.isPending && <Skeleton height={260} />}
      {read.data !== undefined && (
        <>
          <CodeBlock
            label="The call in several languages"
            samples={[
              { label: "cURL", code: filled(read.data.curl) },
              { label: "TypeScript", code: filled(read.data.typescript) },
              { label: "Python", code: filled(read.data.python) },
            ]}
          />
          <Text size="sm" c="dimmed" mt="xs" role="status">
            {missing.length === 0
              ? "Complete: copy it and paste it into a terminal."
              : `Still to be put in: ${missing.join(" and ")}.`}
          </Text>
        </>
      )}
    </Panel>
  );
}

interface ToPersonProps {
  readonly person: string;
  readonly isOdd: boolean;
  change(userId: string): void;
}

/** With suggestions for those who may see people. */
function ToPerson({ person, isOdd, change }: ToPersonProps) {
  const { can } = useProject();
  const common = {
    label: "To the user ID",
    placeholder: PERSON,
    value: person,
    error: isOdd ? "Put this one in by hand: it has characters that code must escape." : undefined,
    className: styles.person,
  };
  if (can("profiles.read")) {
    return <PersonPicker {...common} description="" onChange={change} isLive />;
  }
  return (
    <TextInput
      {...common}
      onChange={({ currentTarget: { value } }) => change(value.trim())}
      autoComplete="off"
    />
  );
}
