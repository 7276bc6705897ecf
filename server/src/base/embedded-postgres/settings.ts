/**
 * The files that configure the embedded server. They stand beside the cluster and are written anew at each start, so
 * that an upgrade of Carillon brings its settings along; an operator changes one with ALTER SYSTEM, which wins.
 */
import { totalmem } from "node:os";

export interface ServerSettings {
  readonly port: number;
  /** Loads pg_stat_statements (a few per cent of CPU): for measurements. */
  readonly statementStats: boolean;
}

const MB = 1024 * 1024;
const SMALL_MACHINE_MB = 2_048;

/** Memory that this process may use, in MB; a container's limit counts. */
function memoryMb(): number {
  const limit = process.constrainedMemory();
  return Math.floor(Math.min(totalmem(), limit > 0 ? limit : Number.POSITIVE_INFINITY) / MB);
}

/**
 * postgresql.conf for a queue workload on a small machine: many short transactions, rows that are updated once or
 * twice and then deleted or dropped by partition, all on one disk that must not be waited for.
 */
export function serverConf(settings: ServerSettings, availableMb: number = memoryMb()): string {
  const sharedBuffersMb = availableMb < SMALL_MACHINE_MB ? Math.max(32, Math.floor(availableMb / 16)) : 256;
  const lines: [string, string | number][] = [
    ["port", settings.port],
    ["unix_socket_directories", "''"], // their paths may not exceed 107 bytes; a clone's path may
    ["max_connections", 100],
    ["shared_buffers", `${sharedBuffersMb}MB`],
    ["huge_pages", "try"],
    ["work_mem", "8MB"],
    ["maintenance_work_mem", `${Math.max(16, Math.floor(sharedBuffersMb / 4))}MB`],
    ["effective_cache_size", `${Math.max(64, Math.floor(availableMb / 2))}MB`],
    ["random_page_cost", "1.1"], // flash disks
    ["effective_io_concurrency", 32],
    ["io_workers", 2], // the default of 3 is more than a machine with two cores can use
    ["jit", "off"], // compiling costs more than any of our short statements
    // Full page images are half of the log after a checkpoint: make them rare and small.
    ["wal_compression", "on"],
    ["max_wal_size", "2GB"],
    ["min_wal_size", "256MB"],
    ["checkpoint_timeout", "15min"],
    ["synchronous_commit", "on"],
    // Queue rows die quickly; the defaults (a fifth of the table, once a minute) leave claims reading dead rows.
    ["autovacuum_naptime", "2s"],
    ["autovacuum_vacuum_scale_factor", "0.02"],
    ["autovacuum_vacuum_insert_scale_factor", "0.05"],
    ["autovacuum_analyze_scale_factor", "0.02"],
    ["autovacuum_vacuum_cost_limit", 2000],
    // One forgotten transaction keeps every dead row alive (claims go from 1 to 18 ms within 80 s).
    ["idle_in_transaction_session_timeout", "60s"],
    ["client_connection_check_interval", "2s"], // a statement of a killed worker ends, and with it its locks
    ["password_encryption", "'scram-sha-256'"],
    ["timezone", "'UTC'"],
    ["log_timezone", "'UTC'"],
    ["log_line_prefix", "'%m [%p] %a '"],
    ["log_autovacuum_min_duration", "60s"],
    ["lc_messages", "'C'"], // the launcher reads them
    ...(settings.statementStats ? [["shared_preload_libraries", "'pg_stat_statements'"] as const] : []),
  ].map(([name, value]) => [String(name), value as string | number]);
  const body = lines.map(([name, value]) => `${name} = ${value}`).join("\n");
  return `# Written by Carillon at each start. To change a setting: ALTER SYSTEM SET name = value.\n${body}\n`;
}

/** Only this machine, only with the password. Nobody else than the launcher's owner can read that. */
export const HBA_CONF = "host all all 127.0.0.1/32 scram-sha-256\n";

/**
 * Given on the command line, above every file and ALTER SYSTEM: what "accepted means stored" rests on, and that
 * nobody outside can connect.
 */
export const FIXED_SETTINGS: readonly string[] = [
  "fsync=on",
  "full_page_writes=on",
  "listen_addresses=127.0.0.1",
  "logging_collector=off",
];
