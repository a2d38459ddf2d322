ALTER TABLE "document" ADD COLUMN "search" TEXT NOT NULL DEFAULT '';
ALTER TABLE "awb" ADD COLUMN "search" TEXT NOT NULL DEFAULT '';
ALTER TABLE "notification" ADD COLUMN "search" TEXT NOT NULL DEFAULT '';
ALTER TABLE "box_claim" ADD COLUMN "buyer_id" BIGINT REFERENCES "company" ("id");
ALTER TABLE "box_claim" ADD COLUMN "vendor_id" BIGINT REFERENCES "company" ("id");
UPDATE "box_claim" SET "buyer_id" = ol.buyer_id, "vendor_id" = ol.vendor_id
FROM order_line ol WHERE ol.id = box_claim.line_id;
CREATE INDEX "awb_buyer_id_id" ON "awb" ("buyer_id", "id");
CREATE INDEX "awb_vendor_id_id" ON "awb" ("vendor_id", "id");
CREATE INDEX "box_company_id_id" ON "box" ("company_id", "id");
CREATE INDEX "boxclaim_buyer_id_box_id" ON "box_claim" ("buyer_id", "box_id");
CREATE INDEX "boxclaim_vendor_id_box_id" ON "box_claim" ("vendor_id", "box_id");
CREATE INDEX "box_claim_staging" ON "box_claim" ("buyer_id", "id") WHERE open;
CREATE INDEX "draft_company_id_id" ON "draft" ("company_id", "id");
CREATE INDEX "lotledger_company_id_id" ON "lot_ledger" ("company_id", "id");
