CREATE TABLE "timeline_entry" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "row_id" INTEGER NOT NULL,
    "event" TEXT NOT NULL,
    "facts" TEXT NOT NULL,
    "person" TEXT,
    "acted_for" TEXT,
    "at" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    CHECK (kind IN ('document', 'order_line', 'awb'))
);
CREATE INDEX "timelineentry_company_id_kind_row_id_id" ON "timeline_entry" ("company_id", "kind", "row_id", "id");
CREATE TABLE "watch" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "document_id" INTEGER NOT NULL,
    "email" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    FOREIGN KEY (company_id, document_id) REFERENCES document (company_id, id)
);
CREATE UNIQUE INDEX "watch_document_id_email" ON "watch" ("document_id", "email");
CREATE INDEX "watch_company_id_id" ON "watch" ("company_id", "id");
