/** The ways through the dashboard, by the names that the External API's users know. One list for rail, palette and keys. */
import type { Icon } from "@tabler/icons-react";
import {
  IconActivityHeartbeat,
  IconAddressBook,
  IconArchive,
  IconBroadcast,
  IconFileImport,
  IconHistory,
  IconHome,
  IconKey,
  IconMessages,
  IconPencil,
  IconPlayerPlay,
  IconPlugConnected,
  IconPlus,
  IconSettings,
  IconTestPipe,
  IconUsers,
  IconWebhook,
} from "@tabler/icons-react";
import { hasPage } from "../router/page-route.ts";
import type { Permission, Project } from "../router/project-context.ts";

export interface Way {
  readonly label: string;
  /** The way above it, as the External API's guide names the path: "Existing campaigns". */
  readonly under?: string;
  /** Below /p/:projectId. */
  readonly to: string;
  readonly icon: Icon;
  readonly permission: Permission | null;
  /** The key after `g`. */
  readonly key?: string;
  /** Further words that the palette finds it by. */
  readonly words?: string;
}

export interface Section {
  readonly label: string | null;
  readonly ways: readonly Way[];
}

const SECTIONS: readonly Section[] = [
  { label: null, ways: [{ label: "Overview", to: "", icon: IconHome, permission: null, key: "h" }] },
  {
    label: "Campaigns",
    ways: [
      {
        label: "Create campaign",
        to: "campaigns/new",
        icon: IconPlus,
        permission: "campaigns.edit",
        words: "new template single-stage multistage API-triggered",
      },
      {
        label: "Live",
        under: "Existing campaigns",
        to: "campaigns/live",
        icon: IconBroadcast,
        permission: "campaigns.read",
        key: "c",
        words: "templates",
      },
      {
        label: "Drafts",
        under: "Existing campaigns",
        to: "campaigns/drafts",
        icon: IconPencil,
        permission: "campaigns.read",
        key: "d",
      },
      {
        label: "Past",
        under: "Existing campaigns",
        to: "campaigns/past",
        icon: IconArchive,
        permission: "campaigns.read",
        words: "stopped ended",
      },
    ],
  },
  {
    label: "Results",
    ways: [
      {
        label: "Messages",
        to: "messages",
        icon: IconMessages,
        permission: "messages.read",
        key: "m",
        words: "deliveries outcomes sent failed",
      },
      {
        label: "Executions",
        to: "executions",
        icon: IconPlayerPlay,
        permission: "results.read",
        key: "e",
        words: "calls API runs",
      },
      {
        label: "Sandbox",
        to: "sandbox",
        icon: IconTestPipe,
        permission: "messages.read",
        key: "s",
        words: "outbox preview phone email test",
      },
    ],
  },
  {
    label: "Data",
    ways: [
      {
        label: "User profiles",
        to: "profiles",
        icon: IconAddressBook,
        permission: "profiles.read",
        key: "u",
        words: "people customers attributes",
      },
      {
        label: "Imports",
        to: "imports",
        icon: IconFileImport,
        permission: "profiles.edit",
        key: "i",
        words: "csv upload tasks",
      },
    ],
  },
  {
    label: "Settings",
    ways: [
      {
        label: "API integrations",
        under: "Integrations",
        to: "settings/api",
        icon: IconKey,
        permission: "credentials.manage",
        key: "a",
        words: "app token client id scopes oauth secret key",
      },
      {
        label: "Gateways",
        under: "Integrations",
        to: "settings/gateways",
        icon: IconPlugConnected,
        permission: "gateways.manage",
        words: "smtp sms provider email",
      },
      {
        label: "Webhooks",
        under: "Integrations",
        to: "settings/webhooks",
        icon: IconWebhook,
        permission: "webhooks.manage",
        key: "w",
        words: "connections endpoints events deliveries",
      },
      {
        label: "Users and roles",
        to: "settings/users",
        icon: IconUsers,
        permission: "users.manage",
        words: "members invite permissions team",
      },
      {
        label: "Audit log",
        to: "settings/audit",
        icon: IconHistory,
        permission: "audit.read",
        key: "l",
        words: "history changes trail who",
      },
      {
        label: "Health",
        to: "settings/health",
        icon: IconActivityHeartbeat,
        permission: "health.read",
        words: "queue workers status",
      },
      {
        label: "Project",
        to: "settings/project",
        icon: IconSettings,
        permission: "settings.read",
        words: "name time zone switches",
      },
    ],
  },
];

/** What the reader may open, of the pages that there are. */
export const sectionsFor = (project: Project): readonly Section[] =>
  SECTIONS.map(({ label, ways }) => ({
    label,
    ways: ways.filter(({ to, permission }) => hasPage(to) && project.can(permission)),
  })).filter(({ ways }) => ways.length > 0);

/** The name outside the rail: "Existing campaigns: Live". */
export const fullLabel = ({ label, under }: Way): string =>
  under === undefined ? label : `${under}: ${label}`;

export const waysFor = (project: Project): readonly Way[] => sectionsFor(project).flatMap(({ ways }) => ways);
