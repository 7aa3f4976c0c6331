CREATE TYPE "campaign_state" AS ENUM ('running', 'paused', 'completed', 'expired');
CREATE TYPE "admission_mode" AS ENUM ('sync', 'async');
CREATE TYPE "upload_state" AS ENUM ('receiving', 'queued', 'running', 'waiting_capacity', 'paused', 'completed', 'completed_with_errors', 'cancelled', 'failed');
CREATE TYPE "source_format" AS ENUM ('ndjson', 'csv', 'json');
CREATE TYPE "skip_or_abort" AS ENUM ('skip', 'abort');
CREATE TYPE "wait_or_refuse" AS ENUM ('wait', 'refuse');
CREATE TYPE "rejection" AS ENUM ('invalid', 'duplicate', 'blocklisted', 'refused', 'dropped');
CREATE TYPE "record_status" AS ENUM ('waiting', 'leased', 'completed', 'failed', 'recycled', 'deleted');
CREATE TYPE "record_result" AS ENUM ('completed', 'failed', 'release');

CREATE TABLE "campaigns" (
    "vdn_id" INTEGER NOT NULL,
    "id" BIGINT NOT NULL,
    "name" TEXT,
    "state" "campaign_state" NOT NULL DEFAULT 'running',
    "max_records_per_call" INTEGER,
    "max_incomplete" INTEGER NOT NULL DEFAULT 200000,
    "admission_interval_ms" INTEGER NOT NULL DEFAULT 1000,
    "batch_size" INTEGER NOT NULL DEFAULT 2000,
    "require_number_type" BOOLEAN NOT NULL DEFAULT false,
    "require_json_call_data" BOOLEAN NOT NULL DEFAULT false,
    "max_numbers_per_record" INTEGER NOT NULL DEFAULT 10,
    "min_number_length" INTEGER NOT NULL DEFAULT 1,
    "incomplete" INTEGER NOT NULL DEFAULT 0,
    "completed" BIGINT NOT NULL DEFAULT 0,
    "failed" BIGINT NOT NULL DEFAULT 0,
    "recycled" BIGINT NOT NULL DEFAULT 0,
    "deleted" BIGINT NOT NULL DEFAULT 0,
    "last_admission_at" TIMESTAMPTZ(6),
    "last_admission_mode" "admission_mode",
    "reserved_for" UUID,
    "reserved_until" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "campaigns_pkey" PRIMARY KEY ("vdn_id", "id"),
    CONSTRAINT "campaigns_vdn_id_check" CHECK ("vdn_id" BETWEEN 1 AND 9999),
    CONSTRAINT "campaigns_id_check" CHECK ("id" BETWEEN 1 AND 9007199254740991),
    CONSTRAINT "campaigns_max_records_per_call_check" CHECK ("max_records_per_call" BETWEEN 1 AND 2000),
    CONSTRAINT "campaigns_max_incomplete_check" CHECK ("max_incomplete" BETWEEN 0 AND 200000),
    CONSTRAINT "campaigns_admission_interval_ms_check" CHECK ("admission_interval_ms" BETWEEN 0 AND 60000),
    CONSTRAINT "campaigns_batch_size_check" CHECK ("batch_size" BETWEEN 1 AND 2000),
    CONSTRAINT "campaigns_max_numbers_per_record_check" CHECK ("max_numbers_per_record" BETWEEN 1 AND 100),
    CONSTRAINT "campaigns_min_number_length_check" CHECK ("min_number_length" BETWEEN 1 AND 24),
    -- The second wall of the cap; the first is the room worked out under the row's lock.
    CONSTRAINT "campaigns_incomplete_check" CHECK ("incomplete" BETWEEN 0 AND 200000),
    CONSTRAINT "campaigns_ended_check" CHECK (LEAST("completed", "failed", "recycled", "deleted") >= 0),
    CONSTRAINT "campaigns_last_admission_check" CHECK (("last_admission_at" IS NULL) = ("last_admission_mode" IS NULL)),
    CONSTRAINT "campaigns_reserved_check" CHECK (("reserved_for" IS NULL) = ("reserved_until" IS NULL))
) WITH (fillfactor = 50);
-- The row changes with every admission but none of its indexed columns do: half-empty pages keep those changes HOT.

CREATE SEQUENCE "upload_queue_number_seq" AS BIGINT;

CREATE TABLE "uploads" (
    "id" UUID NOT NULL,
    "vdn_id" INTEGER NOT NULL,
    "campaign_id" BIGINT NOT NULL,
    "batch_id" TEXT,
    "mode" "admission_mode" NOT NULL,
    "state" "upload_state" NOT NULL DEFAULT 'receiving',
    "source_format" "source_format" NOT NULL,
    "dry_run" BOOLEAN NOT NULL DEFAULT false,
    "on_invalid" "skip_or_abort" NOT NULL DEFAULT 'skip',
    "on_duplicate" "skip_or_abort" NOT NULL DEFAULT 'skip',
    "on_blocklisted" "skip_or_abort" NOT NULL DEFAULT 'skip',
    "on_full" "wait_or_refuse" NOT NULL DEFAULT 'wait',
    "received" INTEGER NOT NULL DEFAULT 0,
    "accepted" INTEGER NOT NULL DEFAULT 0,
    "invalid" INTEGER NOT NULL DEFAULT 0,
    "duplicate" INTEGER NOT NULL DEFAULT 0,
    "blocklisted" INTEGER NOT NULL DEFAULT 0,
    "refused" INTEGER NOT NULL DEFAULT 0,
    "dropped" INTEGER NOT NULL DEFAULT 0,
    "batches_total" INTEGER NOT NULL DEFAULT 0,
    "batches_done" INTEGER NOT NULL DEFAULT 0,
    "queue_number" BIGINT,
    "source_header" TEXT,
    "error" JSONB,
    "fault" JSONB,
    "incomplete_after" INTEGER,
    "receiving_until" TIMESTAMPTZ(6),
    -- The process that receives it or waits for its verdict: it holds the advisory lock of this number while it lives.
    "receiver" BIGINT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "queued_at" TIMESTAMPTZ(6),
    "started_at" TIMESTAMPTZ(6),
    "finished_at" TIMESTAMPTZ(6),
    "receipts_removed_at" TIMESTAMPTZ(6),
    "emptied_at" TIMESTAMPTZ(6),

    CONSTRAINT "uploads_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "uploads_vdn_id_campaign_id_fkey" FOREIGN KEY ("vdn_id", "campaign_id") REFERENCES "campaigns" ("vdn_id", "id") ON DELETE RESTRICT ON UPDATE RESTRICT,
    CONSTRAINT "uploads_batch_id_check" CHECK (char_length("batch_id") <= 64),
    CONSTRAINT "uploads_counts_check" CHECK (
        LEAST("accepted", "invalid", "duplicate", "blocklisted", "refused", "dropped") >= 0
        AND "accepted" + "invalid" + "duplicate" + "blocklisted" + "refused" + "dropped" <= "received"
    ),
    CONSTRAINT "uploads_batches_check" CHECK ("batches_done" BETWEEN 0 AND "batches_total"),
    CONSTRAINT "uploads_receiving_check" CHECK (("state" = 'receiving') = ("receiving_until" IS NOT NULL)),
    CONSTRAINT "uploads_queue_number_check" CHECK (("mode" = 'async' AND "state" <> 'receiving') = ("queue_number" IS NOT NULL)),
    -- An upload has ended exactly when it has an end, and then nothing of it is pending.
    CONSTRAINT "uploads_finished_check" CHECK (
        ("state" IN ('completed', 'completed_with_errors', 'cancelled', 'failed')) = ("finished_at" IS NOT NULL)
        AND ("finished_at" IS NULL OR "accepted" + "invalid" + "duplicate" + "blocklisted" + "refused" + "dropped" = "received")
    ),
    CONSTRAINT "uploads_receipts_removed_check" CHECK ("receipts_removed_at" IS NULL OR "finished_at" IS NOT NULL),
    CONSTRAINT "uploads_emptied_check" CHECK ("emptied_at" IS NULL OR "receipts_removed_at" IS NOT NULL)
);

-- A campaign's open uploads, in the order they are worked off.
CREATE INDEX "uploads_open_idx" ON "uploads" ("vdn_id", "campaign_id", "queue_number")
    WHERE "state" IN ('queued', 'running', 'waiting_capacity', 'paused');
CREATE INDEX "uploads_receiving_idx" ON "uploads" ("receiving_until") WHERE "state" = 'receiving';
CREATE INDEX "uploads_list_idx" ON "uploads" ("vdn_id", "id");
-- A campaign's uploads, in lists and counted by state: the state is there so that counting reads the index alone.
CREATE INDEX "uploads_campaign_idx" ON "uploads" ("vdn_id", "campaign_id", "id", "state");
CREATE INDEX "uploads_batch_id_idx" ON "uploads" ("vdn_id", "batch_id", "id") WHERE "batch_id" IS NOT NULL;
-- The states that lists are asked for, and that few uploads are in.
CREATE INDEX "uploads_state_idx" ON "uploads" ("vdn_id", "state", "id") WHERE "state" IN ('completed_with_errors', 'cancelled', 'failed');
-- What is removed when it has been kept for long enough: first its receipts, from one moment on and then in steps, then the
-- upload. An ended upload is in one of the three, so that what is due stands in front, and nothing else before it.
CREATE INDEX "uploads_receipts_idx" ON "uploads" ("finished_at") WHERE "finished_at" IS NOT NULL AND "receipts_removed_at" IS NULL;
CREATE INDEX "uploads_emptying_idx" ON "uploads" ("receipts_removed_at") WHERE "receipts_removed_at" IS NOT NULL AND "emptied_at" IS NULL;
CREATE INDEX "uploads_finished_idx" ON "uploads" ("finished_at") WHERE "emptied_at" IS NOT NULL;

-- 488281250000000 * 2048 = 10^18: every data ID has 19 digits, as far as a BIGINT goes.
CREATE SEQUENCE "batch_id_seq" AS BIGINT START WITH 488281250000000 MINVALUE 488281250000000 MAXVALUE 4503599627370495;

CREATE TABLE "batches" (
    "id" BIGINT NOT NULL DEFAULT nextval('batch_id_seq'),
    "upload_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "first_line" INTEGER NOT NULL,
    "size" INTEGER NOT NULL,
    "decided" INTEGER NOT NULL DEFAULT 0,
    "would_fit" INTEGER,
    "payload" TEXT,
    "lines" INTEGER[],
    "priorities" SMALLINT[],
    "recycle_at" TIMESTAMPTZ(3)[],
    "numbers" TEXT[],
    "number_places" SMALLINT[],
    "admitted_at" TIMESTAMPTZ(6),

    CONSTRAINT "batches_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "batches_upload_id_fkey" FOREIGN KEY ("upload_id") REFERENCES "uploads" ("id") ON DELETE CASCADE ON UPDATE RESTRICT,
    CONSTRAINT "batches_size_check" CHECK ("size" BETWEEN 1 AND 2000),
    CONSTRAINT "batches_number_check" CHECK ("number" >= 1),
    CONSTRAINT "batches_decided_check" CHECK ("decided" BETWEEN 0 AND "size"),
    CONSTRAINT "batches_would_fit_check" CHECK ("would_fit" BETWEEN 0 AND "size"),
    -- The records are here until each is decided, and not a moment longer.
    CONSTRAINT "batches_payload_check" CHECK (("payload" IS NULL) = ("decided" = "size"))
);
ALTER SEQUENCE "batch_id_seq" OWNED BY "batches"."id";
CREATE UNIQUE INDEX "batches_upload_id_number_key" ON "batches" ("upload_id", "number");
CREATE UNIQUE INDEX "batches_upload_id_first_line_key" ON "batches" ("upload_id", "first_line");
-- Written once, read once, then gone: compressing it would cost more than it saves.
ALTER TABLE "batches"
    ALTER COLUMN "payload" SET STORAGE EXTERNAL,
    ALTER COLUMN "lines" SET STORAGE EXTERNAL,
    ALTER COLUMN "priorities" SET STORAGE EXTERNAL,
    ALTER COLUMN "recycle_at" SET STORAGE EXTERNAL,
    ALTER COLUMN "numbers" SET STORAGE EXTERNAL,
    ALTER COLUMN "number_places" SET STORAGE EXTERNAL;

-- No foreign keys: a key's check for every row would cost more than the row. The campaign's row is locked by
-- the transaction that inserts, and campaigns are never deleted.
CREATE TABLE "records" (
    "id" BIGINT NOT NULL,
    "campaign_id" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "recycle_at" TIMESTAMPTZ(3),
    "leased_until" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "vdn_id" INTEGER NOT NULL,
    "line" INTEGER NOT NULL,
    "status" "record_status" NOT NULL DEFAULT 'waiting',
    "last_result" "record_result",
    "priority" SMALLINT NOT NULL,
    "source" TEXT NOT NULL,

    CONSTRAINT "records_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "records_priority_check" CHECK ("priority" BETWEEN 1 AND 5),
    CONSTRAINT "records_leased_check" CHECK (("status" = 'leased') = ("leased_until" IS NOT NULL)),
    CONSTRAINT "records_ended_check" CHECK (("status" IN ('waiting', 'leased')) = ("ended_at" IS NULL))
);
-- The dialers' order: by priority, then age.
CREATE INDEX "records_waiting_idx" ON "records" ("vdn_id", "campaign_id", "priority", "id") WHERE "status" = 'waiting';
-- Leases, in the order in which they run out: all of them for the sweep, and a campaign's for its next dialer.
CREATE INDEX "records_leased_idx" ON "records" ("leased_until") WHERE "status" = 'leased';
CREATE INDEX "records_campaign_leased_idx" ON "records" ("vdn_id", "campaign_id", "leased_until") WHERE "status" = 'leased';
-- What is taken out of the backlog when its time has passed; most records have no such time.
CREATE INDEX "records_recycle_idx" ON "records" ("recycle_at") WHERE "status" = 'waiting' AND "recycle_at" IS NOT NULL;
-- What is removed when it has been kept for long enough.
CREATE INDEX "records_ended_idx" ON "records" ("ended_at") WHERE "ended_at" IS NOT NULL;

CREATE TABLE "rejected_records" (
    "upload_id" UUID NOT NULL,
    "line" INTEGER NOT NULL,
    "outcome" "rejection" NOT NULL,
    "fault" JSONB NOT NULL,
    "source" BYTEA NOT NULL,

    CONSTRAINT "rejected_records_pkey" PRIMARY KEY ("upload_id", "line"),
    CONSTRAINT "rejected_records_upload_id_fkey" FOREIGN KEY ("upload_id") REFERENCES "uploads" ("id") ON DELETE CASCADE ON UPDATE RESTRICT
);

CREATE TABLE "blocklist" (
    "vdn_id" INTEGER NOT NULL,
    -- "C": a prefix is a range of the primary key.
    "number" TEXT COLLATE "C" NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "blocklist_pkey" PRIMARY KEY ("vdn_id", "number"),
    CONSTRAINT "blocklist_vdn_id_check" CHECK ("vdn_id" BETWEEN 1 AND 9999),
    CONSTRAINT "blocklist_number_check" CHECK ("number" ~ '^[0-9*#]{1,24}$')
);

CREATE INDEX "blocklist_expires_at_idx" ON "blocklist" ("expires_at") WHERE "expires_at" IS NOT NULL;

-- Numbers that are still being sent; they take effect together, at the end of the body.
CREATE TABLE "blocklist_imports" (
    "id" UUID NOT NULL,
    "vdn_id" INTEGER NOT NULL,
    -- The process that receives it: it holds the advisory lock of this number while it lives.
    "receiver" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "blocklist_imports_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "blocklist_import_parts" (
    "import_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "numbers" TEXT[],
    "expires_at" TIMESTAMPTZ(3)[],

    CONSTRAINT "blocklist_import_parts_pkey" PRIMARY KEY ("import_id", "number"),
    CONSTRAINT "blocklist_import_parts_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "blocklist_imports" ("id") ON DELETE CASCADE ON UPDATE RESTRICT
);

CREATE TYPE "role" AS ENUM ('uploader', 'dialer', 'admin');

CREATE TABLE "api_keys" (
    "access_key" TEXT NOT NULL,
    "vdn_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "roles" "role"[] NOT NULL,
    -- HMAC needs the secret in clear: it is encrypted under the service's master key.
    "sealed_secret" BYTEA NOT NULL,
    -- A token is only ever compared: its digest is enough.
    "token_digest" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(6),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("access_key"),
    CONSTRAINT "api_keys_vdn_id_check" CHECK ("vdn_id" BETWEEN 1 AND 9999),
    CONSTRAINT "api_keys_roles_check" CHECK (cardinality("roles") >= 1),
    CONSTRAINT "api_keys_token_digest_check" CHECK (octet_length("token_digest") = 32)
);
CREATE UNIQUE INDEX "api_keys_token_digest_key" ON "api_keys" ("token_digest");
CREATE INDEX "api_keys_vdn_id_access_key_idx" ON "api_keys" ("vdn_id", "access_key");

-- Signatures of changing requests, until they are too old to be used anyway.
CREATE TABLE "used_signatures" (
    "digest" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "used_signatures_pkey" PRIMARY KEY ("digest"),
    CONSTRAINT "used_signatures_digest_check" CHECK (octet_length("digest") = 32)
);
CREATE INDEX "used_signatures_expires_at_idx" ON "used_signatures" ("expires_at");

-- A key stands and falls with the upload that its request brought about.
CREATE TABLE "idempotency_keys" (
    "vdn_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "upload_id" UUID NOT NULL,
    "request_digest" BYTEA,
    -- JSON and not JSONB: given again as it was given, to the letter.
    "answer" JSON,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("vdn_id", "key"),
    CONSTRAINT "idempotency_keys_upload_id_fkey" FOREIGN KEY ("upload_id") REFERENCES "uploads" ("id") ON DELETE CASCADE ON UPDATE RESTRICT,
    CONSTRAINT "idempotency_keys_key_check" CHECK (char_length("key") BETWEEN 1 AND 255),
    CONSTRAINT "idempotency_keys_request_digest_check" CHECK (octet_length("request_digest") = 32)
);
CREATE UNIQUE INDEX "idempotency_keys_upload_id_key" ON "idempotency_keys" ("upload_id");
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys" ("created_at");
