/**
 * Events that wait to be posted to the customers' endpoints, and the log of those that were. Claims run as the
 * dispatch role and see no body and no address; from the claim on everything runs inside one project.
 */
import { type Db, numbers, type Sql, type Tx, texts, times } from "./db.ts";

export interface NewWebhookEvent {
  readonly id: number;
  readonly bucket: number;
  readonly connectionId: number;
  readonly event: string;
  /** The exact bytes that are signed and posted. */
  readonly body: string;
}

export async function insertWebhookEvents(
  tx: Tx,
  projectId: number,
  rows: readonly NewWebhookEvent[],
  nowMs: number,
): Promise<void> {
  if (rows.length === 0) return;
  const now = new Date(nowMs);
  await tx`
    insert into webhook_events (project_id, create_time, run_at, turn_at, bucket, id, connection_id, event, body)
    select ${projectId}, ${now}, ${now}, ${now}, u.* from unnest(${numbers(rows.map((r) => r.bucket))}::smallint[],
      ${numbers(rows.map((r) => r.id))}::bigint[], ${numbers(rows.map((r) => r.connectionId))}::integer[],
      ${texts(rows.map((r) => r.event))}::text[], ${texts(rows.map((r) => r.body))}::text[]) as u
    on conflict do nothing`; // the same ids again: a commit whose answer was lost
}

/** Channel of NOTIFY; the payload is the project's id. */
export const WEBHOOK_CHANNEL = "carillon_webhook";

export async function notifyWebhooks(tx: Tx, projectId: number): Promise<void> {
  await tx`select pg_notify(${WEBHOOK_CHANNEL}, ${String(projectId)})`;
}

export interface Subscription {
  readonly connectionId: number;
  readonly events: string[];
  /** null: every channel. */
  readonly messageTypes: number[] | null;
}

/** Which connections want which events now. A disabled connection gets nothing new. */
export async function listSubscriptions(db: Db, projectId: number): Promise<Subscription[]> {
  return await db<Subscription[]>`
    select id as "connectionId", events, message_types as "messageTypes" from connections
    where project_id = ${projectId} and state = 1`;
}

export interface EventKey {
  readonly bucket: number;
  readonly id: number;
}

export interface EventClaim {
  /** Fencing token: every settle names it. */
  readonly token: number;
  readonly events: EventKey[];
}

export interface EventClaimRequest {
  readonly projectId: number;
  readonly connectionId: number;
  readonly leaseSeconds: number;
  readonly limit: number;
  readonly nowMs: number;
}

/**
 * Takes the oldest due events of one connection, unless it is off or its endpoint rests. Locked in a materialized
 * CTE, like chunks; the lease is on the database's clock, because only that clock judges it.
 */
export async function claimEvents(dispatch: Sql, request: EventClaimRequest): Promise<EventClaim | null> {
  const { projectId, connectionId, leaseSeconds } = request;
  const rows = await dispatch<(EventKey & { claim: number })[]>`
    with due as materialized (
      select e.bucket, e.id from webhook_events e
      where e.project_id = ${projectId} and e.connection_id = ${connectionId} and e.state = 0
        and e.run_at <= ${new Date(request.nowMs)}
        and exists (
          select from connections c
          where c.project_id = ${projectId} and c.id = ${connectionId} and c.state = 1 and c.hold_until is null)
      order by e.run_at, e.id limit ${request.limit} for update of e skip locked),
    token as materialized (select nextval('claim_tokens') as claim where exists (select from due))
    update webhook_events e set state = 1, claim = token.claim,
      lease_until = now() + ${leaseSeconds} * interval '1 second'
    from due, token
    where e.project_id = ${projectId} and e.bucket = due.bucket and e.id = due.id
    returning e.bucket, e.id, e.claim`;
  return claimOf(rows);
}

/**
 * Takes one event of a resting endpoint as the probe, due or not. Whoever moves `hold_until` on first has the probe;
 * it comes back after `probeMs` should its worker die.
 */
export async function claimProbe(
  dispatch: Sql,
  request: EventClaimRequest & { readonly probeMs: number },
): Promise<EventClaim | null> {
  const { projectId, connectionId, leaseSeconds, nowMs } = request;
  const claim = await dispatch.begin(async (tx) => {
    const slot = await tx`
      update connections set hold_until = ${new Date(nowMs + request.probeMs)}
      where project_id = ${projectId} and id = ${connectionId} and state = 1 and hold_until <= ${new Date(nowMs)}
      returning id`;
    if (slot.length === 0) return null;
    const rows = await tx<(EventKey & { claim: number })[]>`
      with next as materialized (
        select bucket, id from webhook_events
        where project_id = ${projectId} and connection_id = ${connectionId} and state = 0
        order by run_at, id limit 1 for update skip locked),
      token as materialized (select nextval('claim_tokens') as claim where exists (select from next))
      update webhook_events e set state = 1, claim = token.claim,
        lease_until = now() + ${leaseSeconds} * interval '1 second'
      from next, token
      where e.project_id = ${projectId} and e.bucket = next.bucket and e.id = next.id
      returning e.bucket, e.id, e.claim`;
    // Nothing to probe with: the next event that comes may be the probe at once.
    if (rows.length === 0) {
      await tx`
        update connections set hold_until = ${new Date(nowMs)}
        where project_id = ${projectId} and id = ${connectionId}`;
    }
    return claimOf(rows);
  });
  return claim as EventClaim | null;
}

function claimOf(rows: readonly (EventKey & { claim: number })[]): EventClaim | null {
  const [first] = rows;
  if (first === undefined) return null;
  const events = rows.map(({ bucket, id }) => ({ bucket, id })).sort((a, b) => a.id - b.id);
  return { token: first.claim, events };
}

/** Gives back what a dead worker held. @returns the projects that have something to post again. */
export async function requeueExpiredEvents(dispatch: Sql): Promise<number[]> {
  const rows = await dispatch<{ project_id: number }[]>`
    with expired as materialized (
      select project_id, bucket, id from webhook_events
      where state = 1 and lease_until < now() limit 5000 for update skip locked),
    requeued as (
      update webhook_events e set state = 0, claim = null, lease_until = null from expired x
      where e.project_id = x.project_id and e.bucket = x.bucket and e.id = x.id
      returning e.project_id)
    select distinct project_id from requeued`;
  return rows.map((row) => row.project_id);
}

export interface ClaimedEvent extends EventKey {
  readonly body: string;
  readonly tries: number;
  readonly turnAt: Date;
}

/** What claimed events say. An event that is no longer under `token` is left out. */
export async function listClaimedEvents(
  db: Db,
  projectId: number,
  claim: EventClaim,
): Promise<ClaimedEvent[]> {
  return await db<ClaimedEvent[]>`
    select e.bucket, e.id, e.body, e.tries, e.turn_at as "turnAt"
    from unnest(${numbers(claim.events.map((e) => e.bucket))}::smallint[],
      ${numbers(claim.events.map((e) => e.id))}::bigint[]) as u (bucket, id)
    join webhook_events e on e.project_id = ${projectId} and e.bucket = u.bucket and e.id = u.id
    where e.state = 1 and e.claim = ${claim.token}`;
}

/** What one try made of an event. */
export interface EventEnd extends EventKey {
  /** 0 waiting for its next turn, 2 delivered, 3 exhausted. */
  readonly state: number;
  readonly tries: number;
  /** Of a waiting event: when it may be claimed again. */
  readonly turnAtMs: number;
  readonly status: number | null;
  readonly detail: string | null;
}

/** Writes the ends of events that are still held under `token`. @returns how many; fewer than given means lost. */
export async function settleEvents(
  tx: Tx,
  projectId: number,
  held: { readonly token: number; readonly ends: readonly EventEnd[]; readonly nowMs: number },
): Promise<number> {
  const { token, ends } = held;
  const turns = times(ends.map((e) => e.turnAtMs));
  const result = await tx`
    update webhook_events e set state = u.state, tries = u.tries, run_at = u.turn_at, turn_at = u.turn_at,
      last_status = u.status, last_detail = u.detail, claim = null, lease_until = null,
      end_time = case when u.state in (2, 3) then ${new Date(held.nowMs)}::timestamptz end
    from unnest(${numbers(ends.map((e) => e.bucket))}::smallint[], ${numbers(ends.map((e) => e.id))}::bigint[],
      ${numbers(ends.map((e) => e.state))}::smallint[], ${numbers(ends.map((e) => e.tries))}::smallint[],
      ${turns}::timestamptz[], ${numbers(ends.map((e) => e.status))}::smallint[],
      ${texts(ends.map((e) => e.detail))}::text[]) as u (bucket, id, state, tries, turn_at, status, detail)
    where e.project_id = ${projectId} and e.bucket = u.bucket and e.id = u.id and e.state = 1 and e.claim = ${token}`;
  return result.count;
}

/** Puts claimed events back as they were: they were not tried. */
export async function releaseEvents(
  tx: Tx,
  projectId: number,
  held: { readonly token: number; readonly events: readonly EventKey[] },
): Promise<void> {
  await tx`
    update webhook_events e set state = 0, claim = null, lease_until = null
    from unnest(${numbers(held.events.map((e) => e.bucket))}::smallint[],
      ${numbers(held.events.map((e) => e.id))}::bigint[]) as u (bucket, id)
    where e.project_id = ${projectId} and e.bucket = u.bucket and e.id = u.id and e.state = 1
      and e.claim = ${held.token}`;
}

/**
 * An endpoint is back: what waits for a later turn may be claimed now, while the turn itself stays. @returns how many
 * were woken; `limit` of them means that there may be more.
 */
export async function wakeEvents(
  tx: Tx,
  projectId: number,
  asked: { readonly connectionId: number; readonly nowMs: number; readonly limit: number },
): Promise<number> {
  const now = new Date(asked.nowMs);
  const result = await tx`
    with asleep as materialized (
      select bucket, id from webhook_events
      where project_id = ${projectId} and connection_id = ${asked.connectionId} and state = 0 and run_at > ${now}
      order by run_at, id limit ${asked.limit} for update skip locked)
    update webhook_events e set run_at = ${now} from asleep a
    where e.project_id = ${projectId} and e.bucket = a.bucket and e.id = a.id`;
  return result.count;
}

/** A place in a connection's log. */
export interface LogPlace {
  readonly atMs: number;
  readonly id: number;
}

/**
 * One page of "recover since": makes due what was not delivered, with all its turns anew. Pages follow the log's
 * index from after `from`. @returns where the next page begins; null when this was the last.
 */
export async function recoverEvents(
  tx: Tx,
  projectId: number,
  asked: {
    readonly connectionId: number;
    readonly from: LogPlace;
    readonly nowMs: number;
    readonly limit: number;
  },
): Promise<{ readonly count: number; readonly next: LogPlace | null }> {
  const now = new Date(asked.nowMs);
  const rows = await tx<{ id: number; at: Date }[]>`
    with lost as materialized (
      select bucket, id from webhook_events
      where project_id = ${projectId} and connection_id = ${asked.connectionId} and state in (0, 3)
        and (create_time, id) > (${new Date(asked.from.atMs)}::timestamptz, ${asked.from.id}::bigint)
      order by create_time, id limit ${asked.limit} for update skip locked)
    update webhook_events e set state = 0, tries = 0, run_at = ${now}, turn_at = ${now}, end_time = null
    from lost l
    where e.project_id = ${projectId} and e.bucket = l.bucket and e.id = l.id
    returning e.id, e.create_time as at`;
  const places = rows.map((row) => ({ atMs: row.at.getTime(), id: row.id }));
  const last = places.sort((a, b) => a.atMs - b.atMs || a.id - b.id).at(-1);
  return { count: rows.length, next: rows.length < asked.limit ? null : (last ?? null) };
}

/** Makes one event due now with all its turns anew, delivered or not. @returns false when it is claimed or missing. */
export async function requeueEvent(
  tx: Tx,
  projectId: number,
  event: EventKey & { nowMs: number },
): Promise<boolean> {
  const now = new Date(event.nowMs);
  const result = await tx`
    update webhook_events set state = 0, tries = 0, run_at = ${now}, turn_at = ${now}, end_time = null
    where project_id = ${projectId} and bucket = ${event.bucket} and id = ${event.id} and state <> 1`;
  return result.count > 0;
}

/** Deletes up to `limit` events of a connection. @returns how many. */
export async function deleteEvents(
  tx: Tx,
  projectId: number,
  asked: { readonly connectionId: number; readonly limit: number },
): Promise<number> {
  const result = await tx`
    with old as materialized (
      select bucket, id from webhook_events
      where project_id = ${projectId} and connection_id = ${asked.connectionId} limit ${asked.limit})
    delete from webhook_events e using old o
    where e.project_id = ${projectId} and e.bucket = o.bucket and e.id = o.id`;
  return result.count;
}

export interface LoggedEvent extends EventKey {
  readonly connectionId: number;
  readonly event: string;
  readonly state: number;
  readonly tries: number;
  readonly runAt: Date;
  readonly createTime: Date;
  readonly endTime: Date | null;
  readonly lastStatus: number | null;
  readonly lastDetail: string | null;
}

const LOG_FIELDS = `bucket, id, connection_id as "connectionId", event, state, tries, run_at as "runAt",
  create_time as "createTime", end_time as "endTime", last_status as "lastStatus"`;

/** A list shows the beginning of an answer; up to 20 KB of each would make a page of 10 MB. */
const SHOWN_DETAIL = 500;

/** A connection's log, newest first. @param asked.before an event's key: what is older than it. */
export async function listLoggedEvents(
  db: Db,
  projectId: number,
  asked: { connectionId: number; state: number | null; limit: number; before: EventKey | null },
): Promise<LoggedEvent[]> {
  const { before } = asked;
  return await db<LoggedEvent[]>`
    select ${db.unsafe(LOG_FIELDS)}, left(last_detail, ${SHOWN_DETAIL}) as "lastDetail" from webhook_events
    where project_id = ${projectId} and connection_id = ${asked.connectionId}
      and (${asked.state}::smallint is null or state = ${asked.state})
      and (${before === null} or (create_time, id) < (
        select b.create_time, b.id from webhook_events b
        where b.project_id = ${projectId} and b.bucket = ${before?.bucket ?? 0} and b.id = ${before?.id ?? 0}))
    order by create_time desc, id desc limit ${asked.limit}`;
}

/** One event with the whole of its body and of the last answer. */
export async function findLoggedEvent(
  db: Db,
  projectId: number,
  key: EventKey,
): Promise<(LoggedEvent & { body: string }) | null> {
  const [row] = await db<(LoggedEvent & { body: string })[]>`
    select ${db.unsafe(LOG_FIELDS)}, last_detail as "lastDetail", body from webhook_events
    where project_id = ${projectId} and bucket = ${key.bucket} and id = ${key.id}`;
  return row ?? null;
}
