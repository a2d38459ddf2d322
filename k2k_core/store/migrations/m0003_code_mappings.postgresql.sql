CREATE TABLE "code_mapping" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "buyer_id" BIGINT NOT NULL,
    "vendor_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "vendor_code" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    FOREIGN KEY (buyer_id) REFERENCES company (id),
    FOREIGN KEY (vendor_id) REFERENCES company (id),
    CHECK (kind IN ('box_type', 'carrier'))
);
CREATE UNIQUE INDEX "codemapping_buyer_id_vendor_id_kind_vendor_code" ON "code_mapping" ("buyer_id", "vendor_id", "kind", "vendor_code");
