ALTER TABLE "audit" ADD COLUMN "hash" TEXT NOT NULL DEFAULT '';
ALTER TABLE "audit" ADD COLUMN "place" INTEGER;
ALTER TABLE "audit" ADD COLUMN "seal" TEXT;
CREATE UNIQUE INDEX "audit_place" ON "audit" (COALESCE(company_id, 0), "place") WHERE place IS NOT NULL;
CREATE INDEX "audit_unsealed" ON "audit" ("id") WHERE place IS NULL;
CREATE TABLE "audit_head" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER,
    "place" INTEGER NOT NULL,
    "seal" TEXT NOT NULL,
    "older" INTEGER NOT NULL DEFAULT 0,
    "began_at" INTEGER NOT NULL,
    "anchored_at" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "audit_head_company" ON "audit_head" (COALESCE(company_id, 0));
CREATE TABLE "retention" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER,
    "name" TEXT NOT NULL,
    "first" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "retention_company_name" ON "retention" (COALESCE(company_id, 0), "name");
