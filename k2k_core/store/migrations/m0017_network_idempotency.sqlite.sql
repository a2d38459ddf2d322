CREATE TABLE "network_idempotency" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "operation" TEXT NOT NULL, "key" TEXT NOT NULL, "fingerprint" TEXT NOT NULL, "answer" TEXT, "at" INTEGER NOT NULL
);
CREATE UNIQUE INDEX "networkidempotency_operation_key" ON "network_idempotency" ("operation", "key");
