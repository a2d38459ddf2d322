CREATE TABLE "user_session" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER,
    "person_id" INTEGER NOT NULL,
    "token_digest" TEXT NOT NULL,
    "made_at" INTEGER NOT NULL,
    "seen_at" INTEGER NOT NULL,
    "expires_at" INTEGER NOT NULL,
    "address" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    FOREIGN KEY (person_id) REFERENCES person (id)
);
CREATE UNIQUE INDEX "usersession_token_digest" ON "user_session" ("token_digest");
CREATE INDEX "usersession_person_id_id" ON "user_session" ("person_id", "id");
CREATE INDEX "usersession_expires_at" ON "user_session" ("expires_at");
CREATE TABLE "preference" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER,
    "person_id" INTEGER NOT NULL,
    "theme" TEXT,
    "density" TEXT,
    "single_keys" INTEGER,
    FOREIGN KEY (company_id) REFERENCES company (id),
    FOREIGN KEY (person_id) REFERENCES person (id)
);
CREATE UNIQUE INDEX "preference_person_id" ON "preference" ("person_id");
CREATE TABLE "saved_view" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER,
    "person_id" INTEGER NOT NULL,
    "page_name" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "everybody" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    FOREIGN KEY (person_id) REFERENCES person (id)
);
CREATE UNIQUE INDEX "savedview_person_id_page_name_name" ON "saved_view" ("person_id", "page_name", "name");
CREATE INDEX "savedview_company_id_everybody" ON "saved_view" ("company_id", "everybody");
