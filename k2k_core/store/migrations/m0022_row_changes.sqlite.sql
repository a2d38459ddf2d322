CREATE TABLE "row_change" (
    "id" INTEGER NOT NULL PRIMARY KEY, "unit" INTEGER NOT NULL, "kind" TEXT NOT NULL, "company_id" INTEGER NOT NULL, "row_id" INTEGER NOT NULL, "name" TEXT NOT NULL DEFAULT ''
);
CREATE INDEX "rowchange_unit" ON "row_change" ("unit");
