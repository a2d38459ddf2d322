ALTER TABLE "company" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "location" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "person" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "customer" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "vendor" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "carrier" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "connection" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "category" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "product" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "box_type" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "box_dimensions" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "price_list" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "lot" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "offer" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "code_mapping" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "document" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "awb" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "order_line" ADD COLUMN "version" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "company" ADD COLUMN "settings_version" BIGINT NOT NULL DEFAULT 1;
CREATE TABLE "mapping_version" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY, "buyer_id" BIGINT NOT NULL, "vendor_product_id" BIGINT NOT NULL, "version" BIGINT NOT NULL DEFAULT 1,
    FOREIGN KEY (buyer_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "mappingversion_buyer_id_vendor_product_id" ON "mapping_version" ("buyer_id", "vendor_product_id");
INSERT INTO "mapping_version" ("buyer_id", "vendor_product_id") SELECT "buyer_id", "vendor_product_id" FROM "product_mapping";
CREATE INDEX "audit_company_id_subject_id" ON "audit" ("company_id", "subject", "id");
