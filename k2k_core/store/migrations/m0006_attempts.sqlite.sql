CREATE TABLE "attempt" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "bucket" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "expires_at" INTEGER NOT NULL
);
CREATE INDEX "attempt_bucket_expires_at" ON "attempt" ("bucket", "expires_at");
CREATE INDEX "attempt_expires_at" ON "attempt" ("expires_at");
