ALTER TABLE "company" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "location" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "person" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "customer" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "vendor" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "carrier" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "connection" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "category" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "product" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "box_type" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "box_dimensions" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "price_list" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "lot" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "offer" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "code_mapping" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "document" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "awb" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "order_line" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "company" ADD COLUMN "settings_version" INTEGER NOT NULL DEFAULT 1;
CREATE TABLE "mapping_version" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "buyer_id" INTEGER NOT NULL, "vendor_product_id" INTEGER NOT NULL, "version" INTEGER NOT NULL DEFAULT 1,
    FOREIGN KEY (buyer_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "mappingversion_buyer_id_vendor_product_id" ON "mapping_version" ("buyer_id", "vendor_product_id");
INSERT INTO "mapping_version" ("buyer_id", "vendor_product_id") SELECT "buyer_id", "vendor_product_id" FROM "product_mapping";
CREATE INDEX "audit_company_id_subject_id" ON "audit" ("company_id", "subject", "id");
