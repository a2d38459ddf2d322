CREATE UNIQUE INDEX "notification_company_id_id" ON "notification" ("company_id", "id");

CREATE TABLE "endpoint" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "events" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "old_secret" TEXT,
    "old_secret_until" INTEGER,
    "place" INTEGER NOT NULL,
    "failures" INTEGER NOT NULL,
    "rests_until" INTEGER,
    "at" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    CHECK (state IN ('active', 'disabled'))
);
CREATE UNIQUE INDEX "endpoint_company_id_code" ON "endpoint" ("company_id", "code");
CREATE UNIQUE INDEX "endpoint_company_id_id" ON "endpoint" ("company_id", "id");

CREATE TABLE "delivery" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "endpoint_id" INTEGER,
    "notification_id" INTEGER,
    "event_id" INTEGER,
    "seq" INTEGER NOT NULL,
    "message_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "next_at" INTEGER NOT NULL,
    "lease" TEXT,
    "leased_until" INTEGER,
    "error" TEXT NOT NULL,
    "since" INTEGER NOT NULL,
    "done_at" INTEGER,
    FOREIGN KEY (company_id) REFERENCES company (id),
    FOREIGN KEY (company_id, endpoint_id) REFERENCES endpoint (company_id, id),
    FOREIGN KEY (company_id, notification_id) REFERENCES notification (company_id, id),
    CHECK (state IN ('waiting', 'delivered', 'dead')),
    CHECK ((endpoint_id IS NULL) <> (notification_id IS NULL)),
    CHECK (attempts >= 0)
);
CREATE UNIQUE INDEX "delivery_message_id" ON "delivery" ("message_id");
CREATE UNIQUE INDEX "delivery_company_id_id" ON "delivery" ("company_id", "id");
CREATE UNIQUE INDEX "delivery_endpoint_id_seq" ON "delivery" ("endpoint_id", "seq");
CREATE UNIQUE INDEX "delivery_notification_id" ON "delivery" ("notification_id");
CREATE INDEX "delivery_state_endpoint_id_next_at" ON "delivery" ("state", "endpoint_id", "next_at");

CREATE TABLE "delivery_turn" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "endpoint_id" INTEGER NOT NULL,
    "delivery_id" INTEGER NOT NULL,
    "document" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    FOREIGN KEY (company_id, delivery_id) REFERENCES delivery (company_id, id)
);
CREATE INDEX "deliveryturn_endpoint_id_document_seq" ON "delivery_turn" ("endpoint_id", "document", "seq");
CREATE INDEX "deliveryturn_delivery_id" ON "delivery_turn" ("delivery_id");
