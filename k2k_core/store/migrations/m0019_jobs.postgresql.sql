CREATE TABLE "job" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "company_id" BIGINT,
    "kind" TEXT NOT NULL,
    "arguments" TEXT NOT NULL,
    "content" BYTEA,
    "run_key" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "lease" TEXT,
    "leased_until" BIGINT,
    "cancelling" BOOLEAN NOT NULL,
    "done" INTEGER NOT NULL,
    "of" INTEGER,
    "error" TEXT,
    "result" TEXT,
    "file" BYTEA,
    "at" BIGINT NOT NULL,
    "ended_at" BIGINT,
    FOREIGN KEY (company_id) REFERENCES company (id),
    CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)),
    CHECK ((state = 'running') = (lease IS NOT NULL)),
    CHECK (attempts >= 0)
);
CREATE UNIQUE INDEX "job_company_id_id" ON "job" ("company_id", "id");
CREATE INDEX "job_state_id" ON "job" ("state", "id");
CREATE INDEX "job_ended_at" ON "job" ("ended_at");
