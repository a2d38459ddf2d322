CREATE TABLE "scan_entry" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "person" TEXT NOT NULL,
    "how" TEXT NOT NULL,
    "box_code" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "line_id" INTEGER,
    "invoice" TEXT,
    "at" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    CHECK (how IN ('scan', 'confirm'))
);
CREATE UNIQUE INDEX "scanentry_company_id_id" ON "scan_entry" ("company_id", "id");
CREATE INDEX "scanentry_company_id_person_id" ON "scan_entry" ("company_id", "person", "id");
CREATE INDEX "scanentry_company_id_box_code_id" ON "scan_entry" ("company_id", "box_code", "id");
