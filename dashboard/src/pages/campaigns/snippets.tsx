/** The call for this very template, to paste: in three languages, with the project's token and a person filled in on demand. */
import { Button, Group, Skeleton, TextInput } from "@mantine/core";
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

interface Snippets {
  readonly curl: string;
  readonly typescript: string;
  readonly python: string;
}

const TOKEN = "YOUR_APP_TOKEN";
const PERSON = "USER_ID";
/** What needs no escape in a shell's quotes, in JSON or in Python. */
const HARMLESS = /^[\w.@:+-]{1,255}$/;

export function SnippetsPanel({ id }: { readonly id: number }) {
  const { id: projectId, can } = useProject();
  const read = useRead<Snippets>({ noun: "campaigns", path: `/campaigns/${id}/snippets` });
  const [person, setPerson] = useState("");
  // Asked for each time, never with the page: that the token was looked at stands in the audit log.
  const token = useMutation({
    mutationFn: () => request<AppTokenView>("/app-token", { projectId }),
  });
  const isOdd = person !== "" && !HARMLESS.test(person);
  const filled = (code: string): string =>
    code
      .replaceAll(TOKEN, token.data?.token ?? TOKEN)
      .replaceAll(PERSON, person === "" || isOdd ? PERSON : person);
  return (
    <Panel
      title="Send it from your backend"
      hint="The call for this template, with an example for each param that it needs."
    >
      <Group gap="sm" align="flex-end" mb="sm">
        <TextInput
          label="To the user ID"
          placeholder={PERSON}
          value={person}
          error={isOdd ? "Put this one in by hand: it has characters that code must escape." : undefined}
          onChange={({ currentTarget: { value } }) => setPerson(value.trim())}
          autoComplete="off"
          className={styles.person}
        />
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
        <CodeBlock
          label="The call in several languages"
          samples={[
            { label: "cURL", code: filled(read.data.curl) },
            { label: "TypeScript", code: filled(read.data.typescript) },
            { label: "Python", code: filled(read.data.python) },
          ]}
        />
      )}
    </Panel>
  );
}
