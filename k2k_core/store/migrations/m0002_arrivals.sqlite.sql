CREATE TABLE "awb_cost" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "number" TEXT NOT NULL,
    "freight" INTEGER,
    "handling" INTEGER,
    "person" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE INDEX "awbcost_company_id_number" ON "awb_cost" ("company_id", "number");

CREATE TABLE "billed_cost" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "line_id" INTEGER NOT NULL,
    "boxes" INTEGER NOT NULL,
    "landed_cost" INTEGER NOT NULL,
    "components" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    FOREIGN KEY (company_id, line_id) REFERENCES order_line (buyer_id, id),
    CHECK (boxes > 0)
);
CREATE INDEX "billedcost_line_id" ON "billed_cost" ("line_id");

CREATE TABLE "link" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "document_id" INTEGER,
    "box_id" INTEGER,
    "title" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    FOREIGN KEY (company_id, document_id) REFERENCES document (company_id, id),
    FOREIGN KEY (box_id) REFERENCES box (id),
    CHECK ((document_id IS NULL) <> (box_id IS NULL))
);
CREATE UNIQUE INDEX "link_company_id_document_id_url" ON "link" ("company_id", "document_id", "url");
CREATE UNIQUE INDEX "link_company_id_box_id_url" ON "link" ("company_id", "box_id", "url");
