CREATE TABLE "api_key" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "company_id" BIGINT,
    "key_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "customer" TEXT,
    "scopes" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "old_digest" TEXT,
    "old_until" BIGINT,
    "made_by" TEXT NOT NULL,
    "made_at" BIGINT NOT NULL,
    "expires_at" BIGINT,
    "revoked_at" BIGINT,
    "last_used_at" BIGINT,
    "last_address" TEXT NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "apikey_key_id" ON "api_key" ("key_id");
CREATE INDEX "apikey_company_id_id" ON "api_key" ("company_id", "id");
CREATE INDEX "apikey_expires_at" ON "api_key" ("expires_at");
