/** Adding an endpoint. Its signing secret is shown here, once. */
import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { FormFrame, useForm } from "../../components/form.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Panel } from "../../components/panel.tsx";
import { ButtonLink } from "../../router/links.tsx";
import type { Connection } from "./connection.ts";
import { bodyOf, ConnectionFields, FRESH } from "./connection-form.tsx";
import { SecretOnce } from "./secret-once.tsx";

const TRAIL = [{ label: "Webhooks", to: "settings/webhooks" }];

export default function NewWebhookPage() {
  const form = useForm(FRESH);
  const [made, setMade] = useState<(Connection & { secret: string }) | null>(null);
  const save = useChange<void, Connection & { secret: string }>({
    ask: () => ({ path: "/connections", body: bodyOf(form.values) }),
    touches: ["connections"],
    onDone: setMade,
  });
  if (made !== null) {
    return (
      <>
        <PageHeader title={`${made.name} is added`} trail={TRAIL} />
        <Panel title="Its signing secret" hint="Bring it to your endpoint now; it is not shown again.">
          <SecretOnce secret={made.secret} />
          <ButtonLink to={`settings/webhooks/${made.id}`} mt="lg">
            I have it
          </ButtonLink>
        </Panel>
      </>
    );
  }
  return (
    <>
      <PageHeader title="New webhook" trail={TRAIL} />
      <Panel title="Endpoint">
        <FormFrame
          form={form}
          submit={() => save.mutate(undefined, { onError: form.refuse })}
          isPending={save.isPending}
          action="Add the webhook"
          failed="The webhook was not added"
        >
          <ConnectionFields form={form} />
        </FormFrame>
      </Panel>
    </>
  );
}
