CREATE TABLE "sweep_failure" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "company_id" BIGINT NOT NULL,
    "work" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "since" BIGINT NOT NULL,
    "last_at" BIGINT NOT NULL,
    "retry_at" BIGINT NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    CHECK (attempts > 0)
);
CREATE UNIQUE INDEX "sweepfailure_company_id_work_number" ON "sweep_failure" ("company_id", "work", "number");
