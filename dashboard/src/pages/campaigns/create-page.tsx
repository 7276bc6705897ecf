/** The first step to a campaign: what kind it is, its title and its channels. Everything else is written in the draft. */
import { Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useChange } from "../../api/use-change.ts";
import { ChannelIcon, channelLabel } from "../../components/channel.tsx";
import { FormFrame, useForm } from "../../components/form.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Panel } from "../../components/panel.tsx";
import { useProject } from "../../router/project-context.ts";
import { type Campaign, CHANNELS, type Channel } from "./campaign.ts";
import styles from "./campaigns.module.css";

const HINTS: Readonly<Partial<Record<Channel, string>>> = {
  sms: "A text to a mobile number",
  email: "HTML or MJML, with a plain text",
  webhook: "A request to an address of yours",
};

interface Draft {
  readonly title: string;
  readonly channels: readonly string[];
}

export default function CreateCampaignPage() {
  const navigate = useNavigate();
  const { path } = useProject();
  const form = useForm<Draft>({ title: "", channels: [] });
  const create = useChange<Draft, Campaign>({
    ask: ({ title, channels }) => ({
      path: "/campaigns",
      body: { title: title.trim(), trigger: 3, ...Object.fromEntries(channels.map((name) => [name, 1])) },
    }),
    touches: ["campaigns"],
    onDone: ({ id }, { channels }) => {
      const to = path(`campaigns/${id}/${channels.length === 0 ? "setup" : "content"}`);
      void navigate({ to, replace: true });
    },
  });
  const submit = (): void => create.mutate(form.values, { onError: form.refuse });
  return (
    <>
      <PageHeader
        title="Create campaign"
        hint="Single-stage, API-triggered: one template that your backend sends whenever something happens."
        trail={[{ label: "Drafts", to: "campaigns/drafts" }]}
      />
      <div className={styles.narrow}>
        <Panel title="New API-triggered campaign">
          <FormFrame
            form={form}
            submit={submit}
            isPending={create.isPending}
            action="Create draft"
            failed="The draft was not created"
          >
            <Stack>
              <TextInput
                label="Title"
                description="For your team; nobody who gets the message sees it."
                placeholder="Order confirmation"
                required
                withAsterisk={false}
                maxLength={255}
                {...form.text("title")}
              />
              <Checkbox.Group
                label="Channels"
                description="One execution sends on all that you choose. They can be changed later."
                value={[...form.values.channels]}
                onChange={(channels) => form.set("channels", channels)}
              >
                <div className={styles.choices}>
                  {CHANNELS.map((name) => (
                    <ChannelCard key={name} name={name} />
                  ))}
                </div>
              </Checkbox.Group>
            </Stack>
          </FormFrame>
        </Panel>
      </div>
    </>
  );
}

function ChannelCard({ name }: { readonly name: Channel }) {
  return (
    <Checkbox.Card value={name} className={styles.choice} aria-label={channelLabel(name)}>
      <Group wrap="nowrap" gap="sm" align="center">
        <Checkbox.Indicator />
        <ChannelIcon name={name} size={18} />
        <div>
          <Text size="sm" fw={550}>
            {channelLabel(name)}
          </Text>
          {HINTS[name] !== undefined && (
            <Text size="xs" c="dimmed">
              {HINTS[name]}
            </Text>
          )}
        </div>
      </Group>
    </Checkbox.Card>
  );
}
