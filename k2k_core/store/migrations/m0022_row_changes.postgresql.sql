CREATE TABLE "row_change" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY, "unit" BIGINT NOT NULL, "kind" TEXT NOT NULL, "company_id" BIGINT NOT NULL, "row_id" BIGINT NOT NULL, "name" TEXT NOT NULL DEFAULT ''
);
CREATE INDEX "rowchange_unit" ON "row_change" ("unit");
