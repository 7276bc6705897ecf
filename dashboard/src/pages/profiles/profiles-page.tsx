/** The people of the project: found by user ID (or its beginning), email or number; opened, made by hand, or imported. */
import { Button, Stack } from "@mantine/core";
import { IconAddressBook, IconFileImport, IconPlus, IconSearchOff } from "@tabler/icons-react";
import { useReadList } from "../../api/use-read.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { ButtonLink, PageLink } from "../../router/links.tsx";
import { useProject } from "../../router/project-context.ts";
import { useUrlState } from "../../router/url-state.ts";
import { NewProfile } from "./new-profile.tsx";
import { nameOf, type ProfileRow } from "./profile.ts";

const USUAL = { q: "", new: "" };

const COLUMNS: readonly Column<ProfileRow>[] = [
  {
    key: "user_id",
    label: "User ID",
    width: "minmax(104px, 1fr)",
    render: ({ id, user_id: userId }) => (
      <PageLink to={`profiles/${id}`} size="sm">
        {userId ?? "no user ID"}
      </PageLink>
    ),
  },
  {
    key: "name",
    label: "Name",
    width: "minmax(104px, 1fr)",
    render: ({ first_name, last_name }) => nameOf({ first_name, last_name }) || "–",
  },
  {
    key: "email",
    label: "Email",
    width: "minmax(160px, 1.4fr)",
    isExtra: true,
    render: ({ email, email_subscription: consent }) => <Address value={email} consent={consent} />,
  },
  {
    key: "mobile_number",
    label: "Mobile number",
    width: "minmax(140px, 1fr)",
    isExtra: true,
    render: ({ mobile_number: number, sms_subscription: consent }) => (
      <Address value={number} consent={consent} />
    ),
  },
  {
    key: "update_time",
    label: "Changed",
    width: "92px",
    align: "end",
    render: ({ update_time: time }) => <TimeAgo value={time} />,
  },
];

/** Dimmed and said where it may not be written to. */
function Address({ value, consent }: { readonly value: string | null; readonly consent: number | null }) {
  if (value === null) return <>–</>;
  if (consent === 1) return <>{value}</>;
  return (
    <span
      style={{ color: "var(--ink-faint)" }}
      title={consent === 0 ? "Unsubscribed" : "Subscription not known"}
    >
      {value} · {consent === 0 ? "unsubscribed" : "not known"}
    </span>
  );
}

export default function ProfilesPage() {
  const [{ q, new: isNew }, set] = useUrlState(USUAL);
  const { can } = useProject();
  const list = useReadList<ProfileRow>({ noun: "profiles", path: "/profiles", query: { q } });
  const canEdit = can("profiles.edit");
  const actions = canEdit && (
    <>
      <ButtonLink to="imports/new" variant="default" leftSection={<IconFileImport size={16} aria-hidden />}>
        Import a file
      </ButtonLink>
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => set({ new: "1" })}>
        Add a person
      </Button>
    </>
  );
  return (
    <>
      <PageHeader
        title="User profiles"
        hint="Everybody that campaigns can reach, with what is known of them."
        actions={actions || undefined}
      />
      <Stack gap="sm">
        <SearchField
          label="Search by user ID, email or mobile number"
          value={q}
          onChange={(value) => set({ q: value })}
        />
        <DataTable
          label="User profiles"
          columns={COLUMNS}
          list={list}
          keyOf={({ id }) => id}
          pageOf={({ id }) => `profiles/${id}`}
          empty={<Empty text={q} clear={() => set({ q: "" })} actions={actions || undefined} />}
        />
      </Stack>
      <NewProfile isOpen={isNew !== ""} close={() => set({ new: "" })} />
    </>
  );
}

interface EmptyProps {
  readonly text: string;
  clear(): void;
  readonly actions: React.ReactNode;
}

function Empty({ text, clear, actions }: EmptyProps) {
  if (text === "") {
    return (
      <EmptyState icon={IconAddressBook} title="Nobody is here yet" actions={actions}>
        People appear when your backend imports them or names them in a call, when you import a CSV file, or
        when you add one by hand.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={IconSearchOff}
      title={`Nobody has “${text}”`}
      actions={
        <Button variant="default" onClick={clear}>
          Show everybody
        </Button>
      }
    >
      A user ID is found by its beginning; an email and a mobile number only when they are typed in full, the
      number with its country code.
    </EmptyState>
  );
}
