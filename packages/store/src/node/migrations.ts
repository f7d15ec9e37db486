import type { Migration } from '../database/migrate.ts';

/**
 * Everything that a national node keeps of one run, all epochs of it. Hashes and salts are base64 text, as they stand in frames,
 * so that a delivered batch travels as a few joined strings.
 */
export const nodeMigrations: readonly Migration[] = [
  {
    name: '001-node',
    sql: `
      CREATE TABLE $schema.epochs (
        epoch int PRIMARY KEY,
        origin text NOT NULL UNIQUE,
        genesis text NOT NULL,
        genesis_hash text NOT NULL,
        begun_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE $schema.cursor (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        epoch int NOT NULL REFERENCES $schema.epochs,
        next bigint NOT NULL DEFAULT 0,
        rseq bigint NOT NULL DEFAULT 0,
        frontier bytea NOT NULL DEFAULT '\\x0000000000000000',
        log_size bigint NOT NULL DEFAULT 0,
        log_note text,
        witnessed_size bigint NOT NULL DEFAULT 0,
        witnessed_note text,
        witnessed_at timestamptz,
        cosigned_size bigint NOT NULL DEFAULT 0,
        witness_key text,
        cosigning_stopped text,
        stated_rseq bigint NOT NULL DEFAULT 0,
        stated_at timestamptz
      );
      CREATE TABLE $schema.entries (
        epoch int NOT NULL,
        seq bigint NOT NULL,
        leaf text NOT NULL,
        record text,
        time_ms bigint,
        sender text,
        id text,
        code text,
        commitments text,
        envelope text,
        erased_by text,
        decision text,
        salt text,
        salt2 text,
        rseq bigint,
        kind text,
        state text NOT NULL,
        attempts int NOT NULL DEFAULT 0,
        error text,
        retry_at timestamptz,
        PRIMARY KEY (epoch, seq)
      );
      CREATE INDEX entries_open ON $schema.entries (epoch, seq) WHERE state IN ('pending', 'failed', 'not-understood');
      CREATE INDEX entries_readable ON $schema.entries (epoch, seq) WHERE record IS NOT NULL;
      CREATE INDEX entries_ref ON $schema.entries (sender, id) WHERE record IS NOT NULL;
      CREATE INDEX entries_state_events ON $schema.entries (epoch, seq)
        WHERE kind = 'genesis' OR kind LIKE 'member.%' OR kind LIKE 'key.%';
      CREATE TABLE $schema.opened (
        epoch int NOT NULL,
        seq bigint NOT NULL,
        inner_jws text NOT NULL,
        body jsonb NOT NULL,
        PRIMARY KEY (epoch, seq)
      );
      CREATE TABLE $schema.subtrees (
        epoch int NOT NULL,
        level int NOT NULL,
        index bigint NOT NULL,
        hash bytea NOT NULL,
        PRIMARY KEY (epoch, level, index)
      );
      CREATE TABLE $schema.awaited (
        epoch int NOT NULL,
        size bigint NOT NULL,
        root text NOT NULL,
        note text NOT NULL,
        PRIMARY KEY (epoch, size, root)
      );
      CREATE TABLE $schema.erasure_claims (
        epoch int NOT NULL,
        seq bigint NOT NULL,
        erased_by text NOT NULL,
        known_size bigint NOT NULL,
        PRIMARY KEY (epoch, seq)
      );
      CREATE TABLE $schema.evidence (
        n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        epoch int NOT NULL,
        code text NOT NULL,
        says text NOT NULL,
        seq bigint,
        details jsonb NOT NULL,
        digest text NOT NULL,
        times int NOT NULL DEFAULT 1,
        first_at timestamptz NOT NULL DEFAULT now(),
        last_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (epoch, digest)
      );`,
  },
  {
    name: '002-outbox',
    sql: `
      CREATE TABLE $schema.outbox (
        n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id text NOT NULL UNIQUE,
        epoch int NOT NULL,
        kind text NOT NULL,
        recipients jsonb NOT NULL,
        envelope text,
        envelope_hash text NOT NULL,
        inner_jws text,
        ref text,
        cause text UNIQUE,
        created_at timestamptz NOT NULL,
        state text NOT NULL,
        retry_at timestamptz,
        code text,
        says text,
        record text,
        leaf text,
        openings jsonb,
        seq bigint,
        receipted_at timestamptz,
        erased_by text
      );
      CREATE INDEX outbox_open ON $schema.outbox (n) WHERE state IN ('queued', 'sent');
      CREATE INDEX outbox_receipted ON $schema.outbox (epoch, seq) WHERE seq IS NOT NULL;
      CREATE INDEX outbox_ref ON $schema.outbox (ref) WHERE ref IS NOT NULL;
      CREATE INDEX outbox_unwitnessed ON $schema.outbox (epoch, seq) WHERE state = 'receipted';`,
  },
  {
    name: '003-mirror',
    sql: `
      CREATE TABLE $schema.notice_versions (
        ref text NOT NULL,
        version int NOT NULL,
        epoch int NOT NULL,
        seq bigint NOT NULL,
        time_ms bigint NOT NULL,
        owner text NOT NULL,
        envelope_id text NOT NULL,
        cancels boolean NOT NULL,
        type text,
        number text,
        words text,
        notice jsonb,
        reason text,
        handling jsonb NOT NULL,
        erased_by text,
        PRIMARY KEY (ref, version)
      );
      CREATE INDEX notice_versions_entry ON $schema.notice_versions (epoch, seq);
      CREATE INDEX notice_versions_type ON $schema.notice_versions (type);
      CREATE TABLE $schema.recall_acks (
        ref text NOT NULL,
        member text NOT NULL,
        held boolean NOT NULL,
        epoch int NOT NULL,
        seq bigint NOT NULL,
        time_ms bigint NOT NULL,
        PRIMARY KEY (ref, member)
      );
      CREATE TABLE $schema.returns (
        ref text NOT NULL,
        member text NOT NULL,
        rule text NOT NULL,
        why text NOT NULL,
        epoch int NOT NULL,
        seq bigint NOT NULL,
        PRIMARY KEY (ref, member)
      );
      CREATE TABLE $schema.reads (
        n bigint PRIMARY KEY,
        at timestamptz NOT NULL,
        seat text NOT NULL,
        purpose text NOT NULL,
        action text NOT NULL,
        what text NOT NULL,
        previous text NOT NULL,
        hash text NOT NULL
      );`,
  },
  {
    name: '004-notice-key',
    sql: `ALTER TABLE $schema.notice_versions ADD COLUMN kid text NOT NULL DEFAULT '';`,
  },
  {
    // An entry is written once and never again but to be erased: how far handling got is one number an epoch, what went
    // otherwise a small row beside it. A notice is read from the envelope that brought it.
    name: '005-handling-beside',
    sql: `
      CREATE TABLE $schema.handling (
        epoch int NOT NULL,
        seq bigint NOT NULL,
        state text NOT NULL,
        attempts int NOT NULL DEFAULT 0,
        error text,
        retry_at timestamptz,
        PRIMARY KEY (epoch, seq)
      );
      INSERT INTO $schema.handling
        SELECT epoch, seq, state, attempts, error, retry_at FROM $schema.entries WHERE state IN ('failed', 'not-understood');
      ALTER TABLE $schema.epochs ADD COLUMN handled bigint NOT NULL DEFAULT 0;
      UPDATE $schema.epochs p SET handled = coalesce(
        (SELECT min(seq) FROM $schema.entries e WHERE e.epoch = p.epoch AND e.state = 'pending'),
        (SELECT max(seq) + 1 FROM $schema.entries e WHERE e.epoch = p.epoch), 0);
      DROP INDEX $schema.entries_open;
      DROP INDEX $schema.entries_readable;
      DROP INDEX $schema.entries_ref;
      ALTER TABLE $schema.entries DROP COLUMN state, DROP COLUMN attempts, DROP COLUMN error, DROP COLUMN retry_at;
      ALTER TABLE $schema.notice_versions DROP COLUMN notice;`,
  },
];
