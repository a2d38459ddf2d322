ALTER TABLE "audit" ADD COLUMN "hash" TEXT NOT NULL DEFAULT '';
ALTER TABLE "audit" ADD COLUMN "place" BIGINT;
ALTER TABLE "audit" ADD COLUMN "seal" TEXT;
CREATE UNIQUE INDEX "audit_place" ON "audit" (COALESCE(company_id, 0), "place") WHERE place IS NOT NULL;
CREATE INDEX "audit_unsealed" ON "audit" ("id") WHERE place IS NULL;
CREATE TABLE "audit_head" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "company_id" BIGINT,
    "place" BIGINT NOT NULL,
    "seal" TEXT NOT NULL,
    "older" BIGINT NOT NULL DEFAULT 0,
    "began_at" BIGINT NOT NULL,
    "anchored_at" BIGINT NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "audit_head_company" ON "audit_head" (COALESCE(company_id, 0));
CREATE TABLE "retention" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "company_id" BIGINT,
    "name" TEXT NOT NULL,
    "first" BIGINT NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "retention_company_name" ON "retention" (COALESCE(company_id, 0), "name");
