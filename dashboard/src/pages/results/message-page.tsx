/** One message on a page of its own: what links from elsewhere lead to. */
import { PageHeader } from "../../components/page-header.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { ButtonLink, usePathParam } from "../../router/links.tsx";
import { MessageStory, useMessage } from "./message-story.tsx";

export default function MessagePage() {
  const id = usePathParam("id");
  const { data } = useMessage(id);
  return (
    <>
      <PageHeader
        title={`Message ${id}`}
        trail={[{ label: "Messages", to: "messages" }]}
        badge={data === undefined ? undefined : <StateBadge state={data.outcome} />}
        hint={
          data === undefined
            ? undefined
            : `${data.campaign_title ?? "Campaign"} to ${data.user_id ?? data.target}`
        }
        actions={
          data !== undefined && (
            <ButtonLink to="messages" search={{ q: data.user_id ?? data.target }} variant="default">
              All messages of this person
            </ButtonLink>
          )
        }
      />
      <MessageStory id={id} isWide />
    </>
  );
}
