/** The parts of the health page: queue, workers, gateways, webhooks, database. */
import { Text } from "@mantine/core";
import { Panel } from "../../components/panel.tsx";
import { StateBadge, StatusBadge } from "../../components/status-badge.tsx";
import { DateTime } from "../../components/time.tsx";
import { PageLink } from "../../router/links.tsx";
import { hasPage } from "../../router/page-route.ts";
import styles from "./health.module.css";
import {
  ageWords,
  gatewayWords,
  type Health,
  type Lane,
  laneWords,
  type WebhookAge,
  type Worker,
} from "./health.ts";

const whole = new Intl.NumberFormat("en-GB");

export function QueuePanel({ lanes }: { readonly lanes: readonly Lane[] }) {
  return (
    <Panel
      title="Queue"
      hint="Messages that are due and that no worker has taken yet. A few seconds are normal."
    >
      <div className={styles.lanes}>
        {lanes.map(({ lane, name, waiting, oldest_seconds: oldest }) => (
          <div key={lane}>
            <Text size="sm" fw={550}>
              {laneWords(name).label}
            </Text>
            <div className={styles.number}>{whole.format(waiting)}</div>
            <Text size="sm">
              {waiting === 0 ? "Nothing waits." : `The oldest waits for ${ageWords(oldest)}.`}
            </Text>
            <Text size="sm" c="dimmed">
              {laneWords(name).text}
            </Text>
          </div>
        ))}
      </div>
    </Panel>
  );
}

export function WorkersPanel({ workers }: { readonly workers: readonly Worker[] }) {
  return (
    <Panel
      title="Workers"
      hint="They send. Each says every 5 seconds that it is there; after 20 silent seconds others take its work over."
      isFlush
    >
      {workers.length === 0 ? (
        <Nothing>None has ever run against this database.</Nothing>
      ) : (
        <ul className={styles.list} aria-label="Workers">
          {workers.map(({ name, version, start_time: start, last_seen_seconds: seen, alive }) => (
            <li key={name} className={styles.item}>
              <span className={styles.what}>
                <code>{name}</code>
                <Text size="xs" c="dimmed">
                  Version {version}, since <DateTime value={start} />
                </Text>
              </span>
              <StatusBadge tone={alive ? "good" : "bad"}>
                {alive ? "Running" : `Silent for ${ageWords(seen)}`}
              </StatusBadge>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function GatewaysPanel({ breakers }: { readonly breakers: Health["breakers"] }) {
  return (
    <Panel title="Gateways" isFlush>
      {breakers.length === 0 ? (
        <Nothing>None rests: what they are given, they take or refuse one by one.</Nothing>
      ) : (
        <ul className={styles.list} aria-label="Gateways that rest">
          {breakers.map(({ gateway, worker, until }) => (
            <li key={`${gateway} ${worker}`} className={styles.item}>
              <span className={styles.what}>
                {gatewayWords(gateway)}
                <Text size="xs" c="dimmed">
                  Tried again at <DateTime value={until} />, by {worker}
                </Text>
              </span>
              <StatusBadge tone="warn">Resting</StatusBadge>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function WebhooksPanel({ webhooks }: { readonly webhooks: readonly WebhookAge[] }) {
  return (
    <Panel title="Webhooks" isFlush>
      {webhooks.length === 0 ? (
        <Nothing>None is set up.</Nothing>
      ) : (
        <ul className={styles.list} aria-label="Webhooks">
          {webhooks.map(({ id, name, state, waiting, oldest_seconds: oldest }) => (
            <li key={id} className={styles.item}>
              <span className={styles.what}>
                {hasPage("settings/webhooks/$id") ? (
                  <PageLink to={`settings/webhooks/${id}`} size="sm">
                    {name}
                  </PageLink>
                ) : (
                  name
                )}
                <Text size="xs" c="dimmed">
                  {waiting === 0
                    ? "Nothing waits."
                    : `${whole.format(waiting)} events wait, the oldest for ${ageWords(oldest)}.`}
                </Text>
              </span>
              <StateBadge state={state} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function DatabasePanel({ oldestSeconds }: { readonly oldestSeconds: number }) {
  return (
    <Panel title="Database">
      <Text size="sm">The oldest open transaction is {ageWords(oldestSeconds)} old.</Text>
      <Text size="sm" c="dimmed" mt={4}>
        Under five minutes is fine. An old one keeps the database from clearing away rows that nobody needs.
      </Text>
    </Panel>
  );
}

function Nothing({ children }: { readonly children: string }) {
  return (
    <Text size="sm" c="dimmed" px={18} py={14}>
      {children}
    </Text>
  );
}
