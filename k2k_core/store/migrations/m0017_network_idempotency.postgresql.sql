CREATE TABLE "network_idempotency" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY, "operation" TEXT NOT NULL, "key" TEXT NOT NULL, "fingerprint" TEXT NOT NULL, "answer" TEXT, "at" BIGINT NOT NULL
);
CREATE UNIQUE INDEX "networkidempotency_operation_key" ON "network_idempotency" ("operation", "key");
