CREATE TABLE "attempt" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "bucket" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "expires_at" BIGINT NOT NULL
);
CREATE INDEX "attempt_bucket_expires_at" ON "attempt" ("bucket", "expires_at");
CREATE INDEX "attempt_expires_at" ON "attempt" ("expires_at");
