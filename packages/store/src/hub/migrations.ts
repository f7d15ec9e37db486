import type { Migration } from '../database/migrate.ts';

/** The hub's own schema: which runs there are. */
export const HUB_SCHEMA = 'hub';

export const hubMigrations: readonly Migration[] = [
  {
    name: '001-runs',
    sql: `
      CREATE TABLE $schema.installation (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        instance text NOT NULL
      );
      CREATE TABLE $schema.runs (
        run text PRIMARY KEY,
        state text NOT NULL,
        called text[] NOT NULL,
        start_now boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now()
      );`,
  },
  {
    name: '002-past-epochs',
    sql: `
      CREATE TABLE $schema.past_epochs (
        run text PRIMARY KEY,
        epoch int NOT NULL
      );`,
  },
];

/** Everything of one run. Text columns hold base64, so that a batch travels as a few joined strings. */
export const runMigrations: readonly Migration[] = [
  {
    name: '001-ledger',
    sql: `
      CREATE TABLE $schema.epochs (
        epoch int PRIMARY KEY,
        origin text NOT NULL UNIQUE,
        log_key jsonb NOT NULL,
        hub_key jsonb NOT NULL,
        predecessor text
      );
      CREATE TABLE $schema.head (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        epoch int NOT NULL REFERENCES $schema.epochs,
        size bigint NOT NULL,
        time_ms bigint NOT NULL,
        frontier bytea NOT NULL,
        checkpoint text,
        rseqs jsonb NOT NULL,
        state_version bigint NOT NULL,
        server_started timestamptz NOT NULL,
        frozen text,
        evidence text
      );
      CREATE TABLE $schema.entries (
        epoch int NOT NULL,
        seq bigint NOT NULL,
        time_ms bigint NOT NULL,
        sender text NOT NULL,
        id text,
        code text NOT NULL,
        kind text,
        envelope_hash text NOT NULL,
        recipients_hash text NOT NULL,
        leaf text NOT NULL,
        commitments text NOT NULL,
        openings text NOT NULL,
        envelope text,
        erased_by text,
        PRIMARY KEY (epoch, seq)
      );
      CREATE INDEX entries_state ON $schema.entries (epoch, seq)
        WHERE code = 'accepted' AND (kind IN ('genesis') OR kind LIKE 'member.%' OR kind LIKE 'key.%');
      CREATE TABLE $schema.subtrees (
        epoch int NOT NULL,
        level int NOT NULL,
        index bigint NOT NULL,
        hash bytea NOT NULL,
        PRIMARY KEY (epoch, level, index)
      );
      CREATE TABLE $schema.claimed (
        sender text NOT NULL,
        id text NOT NULL,
        envelope_hash text NOT NULL,
        epoch int NOT NULL,
        seq bigint NOT NULL,
        PRIMARY KEY (sender, id)
      );
      CREATE TABLE $schema.notices (
        ref text PRIMARY KEY,
        owner text NOT NULL,
        version int NOT NULL,
        closed boolean NOT NULL
      );`,
  },
  {
    name: '002-sessions',
    sql: `
      CREATE TABLE $schema.enrolments (
        member text PRIMARY KEY,
        block text NOT NULL,
        at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE $schema.sessions (
        member text PRIMARY KEY,
        generation bigint NOT NULL,
        replica text NOT NULL,
        online boolean NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT now(),
        acked bigint NOT NULL DEFAULT 0
      );
      CREATE TABLE $schema.vouchers (
        server_started timestamptz NOT NULL,
        member text NOT NULL,
        size bigint NOT NULL,
        PRIMARY KEY (server_started, member)
      );`,
  },
  {
    name: '003-cosigning',
    sql: `
      CREATE TABLE $schema.rounds (
        epoch int NOT NULL,
        size bigint NOT NULL,
        checkpoint text NOT NULL,
        opened_at timestamptz NOT NULL DEFAULT now(),
        witnessed text,
        PRIMARY KEY (epoch, size)
      );
      CREATE TABLE $schema.cosignatures (
        epoch int NOT NULL,
        size bigint NOT NULL,
        member text NOT NULL,
        line text NOT NULL,
        PRIMARY KEY (epoch, size, member)
      );
      CREATE TABLE $schema.cosigners (
        epoch int NOT NULL,
        member text NOT NULL,
        size bigint NOT NULL,
        PRIMARY KEY (epoch, member)
      );`,
  },
  {
    name: '004-archive',
    sql: `ALTER TABLE $schema.epochs ADD COLUMN manifest text;`,
  },
];
