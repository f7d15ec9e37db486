/** Everything PostgreSQL reads besides what initdb found out about the machine. Same text = same server. */
export interface ServerSettings {
  /** Version of the binaries, so that a server left behind by an older installation is not adopted. */
  readonly binaries: string;
  readonly socketDir: string | undefined;
  readonly port: number;
}

/**
 * Small on purpose: a laptop runs hub, eleven nodes and this server in 600 MB.
 * A failed statement is told to who sent it and not to the log: its text, and often its error, carry message content.
 */
const fixedSettings: ReadonlyArray<readonly [string, string]> = [
  ['max_connections', '200'],
  ['superuser_reserved_connections', '3'],
  ['shared_buffers', '64MB'],
  ['huge_pages', 'off'],
  ['work_mem', '4MB'],
  ['maintenance_work_mem', '32MB'],
  ['io_method', 'sync'],
  ['max_worker_processes', '2'],
  ['max_parallel_workers', '0'],
  ['max_parallel_workers_per_gather', '0'],
  ['max_parallel_maintenance_workers', '0'],
  ['max_logical_replication_workers', '0'],
  ['autovacuum_worker_slots', '2'],
  ['autovacuum_max_workers', '2'],
  ['jit', 'off'],
  ['wal_level', 'replica'],
  ['max_wal_senders', '0'],
  ['fsync', 'on'],
  ['full_page_writes', 'on'],
  ['synchronous_commit', 'on'],
  ['timezone', 'UTC'],
  ['log_timezone', 'UTC'],
  ['logging_collector', 'off'],
  ['log_destination', 'stderr'],
  ['log_line_prefix', '%m [%p] %q%u@%d '],
  ['log_min_messages', 'log'],
  ['log_min_error_statement', 'panic'],
  ['log_error_verbosity', 'terse'],
  ['log_checkpoints', 'off'],
  ['password_encryption', 'scram-sha-256'],
];

function quote(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** A path inside unix_socket_directories, which is itself a comma separated list. */
function quoteListItem(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}

/** The configuration file included at the end of postgresql.conf. */
export function configurationText(settings: ServerSettings): string {
  const own: Array<readonly [string, string]> = settings.socketDir
    ? [
        ['listen_addresses', ''],
        ['unix_socket_directories', quoteListItem(settings.socketDir)],
        ['unix_socket_permissions', '0700'],
      ]
    : [
        ['listen_addresses', '127.0.0.1'],
        ['unix_socket_directories', ''],
      ];
  const lines = [...own, ['port', String(settings.port)] as const, ...fixedSettings].map(
    ([name, value]) => `${name} = ${quote(value)}`,
  );
  return `# Written at every start; PostgreSQL ${settings.binaries}\n${lines.join('\n')}\n`;
}

/** pg_hba.conf: the password always, over the private socket as well. */
export const accessRules = `local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n`;

/** On the command line, because it outranks whatever ALTER SYSTEM may have left behind. */
export const durabilityArguments: readonly string[] = ['fsync', 'full_page_writes', 'synchronous_commit'].flatMap(
  (name) => ['-c', `${name}=on`],
);
