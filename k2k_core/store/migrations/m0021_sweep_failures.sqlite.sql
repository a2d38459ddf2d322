CREATE TABLE "sweep_failure" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "work" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "since" INTEGER NOT NULL,
    "last_at" INTEGER NOT NULL,
    "retry_at" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    CHECK (attempts > 0)
);
CREATE UNIQUE INDEX "sweepfailure_company_id_work_number" ON "sweep_failure" ("company_id", "work", "number");
