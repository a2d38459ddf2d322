CREATE TABLE "user_session" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "company_id" BIGINT,
    "person_id" BIGINT NOT NULL,
    "token_digest" TEXT NOT NULL,
    "made_at" BIGINT NOT NULL,
    "seen_at" BIGINT NOT NULL,
    "expires_at" BIGINT NOT NULL,
    "address" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    FOREIGN KEY (person_id) REFERENCES person (id)
);
CREATE UNIQUE INDEX "usersession_token_digest" ON "user_session" ("token_digest");
CREATE INDEX "usersession_person_id_id" ON "user_session" ("person_id", "id");
CREATE INDEX "usersession_expires_at" ON "user_session" ("expires_at");
CREATE TABLE "preference" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "company_id" BIGINT,
    "person_id" BIGINT NOT NULL,
    "theme" TEXT,
    "density" TEXT,
    "single_keys" BOOLEAN,
    FOREIGN KEY (company_id) REFERENCES company (id),
    FOREIGN KEY (person_id) REFERENCES person (id)
);
CREATE UNIQUE INDEX "preference_person_id" ON "preference" ("person_id");
CREATE TABLE "saved_view" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "company_id" BIGINT,
    "person_id" BIGINT NOT NULL,
    "page_name" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "everybody" BOOLEAN NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    FOREIGN KEY (person_id) REFERENCES person (id)
);
CREATE UNIQUE INDEX "savedview_person_id_page_name_name" ON "saved_view" ("person_id", "page_name", "name");
CREATE INDEX "savedview_company_id_everybody" ON "saved_view" ("company_id", "everybody");
