CREATE TABLE "api_key" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER,
    "key_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "customer" TEXT,
    "scopes" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "old_digest" TEXT,
    "old_until" INTEGER,
    "made_by" TEXT NOT NULL,
    "made_at" INTEGER NOT NULL,
    "expires_at" INTEGER,
    "revoked_at" INTEGER,
    "last_used_at" INTEGER,
    "last_address" TEXT NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "apikey_key_id" ON "api_key" ("key_id");
CREATE INDEX "apikey_company_id_id" ON "api_key" ("company_id", "id");
CREATE INDEX "apikey_expires_at" ON "api_key" ("expires_at");
