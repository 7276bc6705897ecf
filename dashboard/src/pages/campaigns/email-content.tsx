/** An email: its head, HTML or MJML, the plain text beside it, and the whole as a reader gets it. */
import { Button, Group, SegmentedControl, Stack, Switch, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../../api/request.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { Panel } from "../../components/panel.tsx";
import { useProject } from "../../router/project-context.ts";
import { MESSAGE_TYPES } from "./campaign.ts";
import styles from "./campaigns.module.css";
import { useEditorPage } from "./editor-context.ts";
import { EmailPreview } from "./email-preview.tsx";
import { IgnoreSubscription } from "./ignore-subscription.tsx";
import { LineField } from "./line-field.tsx";
import { TwigField } from "./twig-field.tsx";

const TYPE = MESSAGE_TYPES.email;

const FIRST_MJML = `<mjml>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text>Hello {{ first_name|default("there") }},</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
`;

export default function EmailContent() {
  return (
    <div className={styles.halves}>
      <Stack gap="lg">
        <EmailHead />
        <EmailBody />
        <PlainText />
        <IgnoreSubscription type={TYPE} />
      </Stack>
      <aside aria-label="Preview of the email" className={styles.sticky}>
        <EmailPreview />
      </aside>
    </div>
  );
}

function EmailHead() {
  return (
    <Panel title="Email">
      <Stack>
        <LineField
          type={TYPE}
          name="email_subject"
          label="Subject"
          placeholder="Your order {{order_id}} is on its way"
        />
        <LineField
          type={TYPE}
          name="email_preheader"
          label="Preheader"
          description="Shown beside the subject in a mailbox."
        />
        <div className={styles.pair}>
          <LineField
            type={TYPE}
            name="email_from"
            label="From"
            placeholder="orders@example.com"
            description="Empty: the instance's own."
          />
          <LineField
            type={TYPE}
            name="email_from_name"
            label="From name"
            placeholder="Example Shop"
            description="What mailboxes show."
          />
        </div>
        <div className={styles.pair}>
          <LineField type={TYPE} name="email_reply_to" label="Reply to" placeholder="help@example.com" />
          <LineField type={TYPE} name="email_reply_to_name" label="Reply-to name" />
        </div>
      </Stack>
    </Panel>
  );
}

const MODES = [
  { value: "html", label: "HTML" },
  { value: "mjml", label: "MJML" },
];

function EmailBody() {
  const { editor } = useEditorPage();
  const fields = editor.values.messages[TYPE] ?? {};
  const isMjml = typeof fields.email_mjml === "string" && fields.email_mjml !== "";
  const setMode = (mode: string): void => {
    // Going back keeps the HTML that the MJML was compiled to.
    editor.setField(TYPE, "email_mjml", mode === "mjml" ? FIRST_MJML : null);
  };
  return (
    <Panel
      title="Body"
      hint={
        isMjml
          ? "Compiled when it is saved. Twig's tags between elements stand in mj-raw."
          : "Values are escaped for HTML."
      }
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Written in"
          data={MODES}
          value={isMjml ? "mjml" : "html"}
          onChange={setMode}
          disabled={!editor.mayEdit}
        />
      }
    >
      <Stack>
        {isMjml ? (
          <TwigField key="mjml" type={TYPE} name="email_mjml" label="MJML" language="html" minHeight={320} />
        ) : (
          <>
            <TwigField
              key="html"
              type={TYPE}
              name="email_html"
              label="HTML"
              language="html"
              minHeight={320}
              placeholder="<h1>Thank you, {{first_name|default('there')}}</h1>"
            />
            <Switch
              label="Move CSS into style attributes"
              description="Done when it is saved, for mail clients that drop style sheets."
              checked={fields.email_inline_css === 1}
              disabled={!editor.mayEdit}
              onChange={({ currentTarget: { checked } }) =>
                editor.setField(TYPE, "email_inline_css", checked ? 1 : null)
              }
            />
          </>
        )}
      </Stack>
    </Panel>
  );
}

interface Compiled {
  readonly html: string;
  readonly text: string;
}

function PlainText() {
  const { id: projectId } = useProject();
  const { editor } = useEditorPage();
  const [isReplacing, setReplacing] = useState(false);
  const { email_mjml: mjml, email_html: html, email_text: text } = editor.values.messages[TYPE] ?? {};
  const isMjml = typeof mjml === "string" && mjml !== "";
  const source = isMjml ? { mjml } : { html };
  const make = useMutation({
    mutationFn: () => request<Compiled>("/email/compile", { method: "POST", projectId, body: source }),
    onSuccess: (compiled) => {
      editor.setField(TYPE, "email_text", compiled.text);
      setReplacing(false);
    },
  });
  const hasText = typeof text === "string" && text !== "";
  const hasSource = isMjml || (typeof html === "string" && html !== "");
  return (
    <Panel
      title="Plain text"
      hint="For readers without HTML. Spam filters like to see one too."
      actions={
        editor.mayEdit &&
        hasSource && (
          <Button
            size="compact-sm"
            variant="default"
            loading={make.isPending}
            onClick={() => (hasText ? setReplacing(true) : make.mutate())}
          >
            Make it from the body
          </Button>
        )
      }
    >
      <Stack gap="sm">
        {isReplacing && (
          <Group gap="xs" role="group" aria-label="Replace the plain text?">
            <Text size="sm">Replace what is there?</Text>
            <Button size="compact-sm" onClick={() => make.mutate()} loading={make.isPending}>
              Replace
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => setReplacing(false)}>
              Keep
            </Button>
          </Group>
        )}
        {make.isError && <ErrorNotice title="No text was made" error={make.error} />}
        <TwigField type={TYPE} name="email_text" label="Text" minHeight={140} />
      </Stack>
    </Panel>
  );
}
