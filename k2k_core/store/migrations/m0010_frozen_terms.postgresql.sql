ALTER TABLE "order_line" ADD COLUMN "vendor_description" TEXT;
ALTER TABLE "order_line" ADD COLUMN "vendor_box_type" TEXT;
ALTER TABLE "order_line" ADD COLUMN "fbe" BIGINT;
ALTER TABLE "order_line" ADD COLUMN "dimensions" TEXT;
ALTER TABLE "order_line" ADD COLUMN "vendor_charges" TEXT;
ALTER TABLE "document" ADD COLUMN "charge_terms" TEXT;
ALTER TABLE "document" ADD COLUMN "parties" TEXT;
ALTER TABLE "lot" ADD COLUMN "awb_id" BIGINT REFERENCES "awb" ("id");
ALTER TABLE "lot" ADD COLUMN "landed_cost" BIGINT;
ALTER TABLE "lot" ADD COLUMN "components" TEXT;
ALTER TABLE "lot" ADD COLUMN "fbe" BIGINT;
ALTER TABLE "lot" ADD COLUMN "received_on" DATE;
CREATE INDEX "lot_awb_id" ON "lot" ("awb_id");
ALTER TABLE "awb_cost" ADD COLUMN "awb_id" BIGINT REFERENCES "awb" ("id");
CREATE INDEX "awbcost_awb_id" ON "awb_cost" ("awb_id");
CREATE UNIQUE INDEX "awb_own_supply_number" ON "awb" ("buyer_id", "number") WHERE vendor_id IS NULL;
UPDATE "order_line" SET
    "vendor_description" = (
        SELECT p.description FROM product p
        WHERE p.company_id = order_line.vendor_id AND p.id = order_line.vendor_product_id),
    "vendor_box_type" = (
        SELECT b.code FROM lot l JOIN box_type b ON b.id = l.box_type_id WHERE l.id = order_line.lot_id)
WHERE vendor_id IS NOT NULL AND lot_id IS NOT NULL;
UPDATE "order_line" SET
    "fbe" = (SELECT b.fbe FROM lot l JOIN box_type b ON b.id = l.box_type_id WHERE l.id = order_line.lot_id),
    "dimensions" = (
        SELECT '[' || d.length || ',' || d.width || ',' || d.height || ']'
        FROM lot l JOIN box_dimensions d ON d.company_id = l.company_id AND d.box_type_id = l.box_type_id
        WHERE l.id = order_line.lot_id AND (d.product_id IS NULL OR d.product_id =
            CASE WHEN order_line.vendor_id IS NULL THEN order_line.product_id ELSE order_line.vendor_product_id END)
        ORDER BY d.product_id IS NULL LIMIT 1)
WHERE lot_id IS NOT NULL;
UPDATE "document" SET "customer_id" = (
    SELECT MAX(c.id) FROM customer c JOIN company b ON b.code = c.company
    WHERE c.company_id = document.company_id AND b.id = document.buyer_id)
WHERE kind = 'sales_order' AND customer_id IS NULL;
UPDATE "document" SET "charge_terms" = (
    SELECT '{"additional":' || c.additional_charges || '}' FROM customer c WHERE c.id = document.customer_id)
WHERE kind = 'invoice'
    OR (kind = 'prebook' AND EXISTS (
        SELECT 1 FROM order_line l WHERE l.prebook_id = document.id AND l.state NOT IN ('in_cart', 'needed')))
    OR (kind = 'sales_order' AND EXISTS (
        SELECT 1 FROM order_line l WHERE l.sales_order_id = document.id AND l.state NOT IN ('in_cart', 'needed')))
    OR (kind = 'invoice_order' AND EXISTS (
        SELECT 1 FROM order_line l WHERE l.invoice_order_id = document.id AND l.state NOT IN ('in_cart', 'needed')));
UPDATE "document" SET "carrier" = (
    SELECT m.code FROM code_mapping m
    WHERE m.buyer_id = document.buyer_id AND m.vendor_id = document.vendor_id AND m.kind = 'carrier'
        AND m.vendor_code = document.carrier)
WHERE kind = 'purchase_order' AND EXISTS (
    SELECT 1 FROM code_mapping m
    WHERE m.buyer_id = document.buyer_id AND m.vendor_id = document.vendor_id AND m.kind = 'carrier'
        AND m.vendor_code = document.carrier);
UPDATE "lot" SET
    "awb_id" = ol.awb_id,
    "landed_cost" = ol.landed_cost,
    "components" = CASE WHEN ol.landed_cost IS NULL THEN NULL ELSE ol.components END,
    "fbe" = ol.fbe,
    "received_on" = lot.arrival_date
FROM order_line ol JOIN lot vl ON vl.id = ol.lot_id JOIN awb a ON a.id = ol.awb_id
WHERE ol.vendor_id IS NOT NULL AND lot.company_id = ol.buyer_id AND lot.awb = a.number
    AND lot.code = substr(vl.code, 1, 39 - length(CAST(ol.id AS TEXT))) || '-' || ol.id;
UPDATE "awb_cost" SET "awb_id" = (
    SELECT MIN(a.id) FROM awb a WHERE a.buyer_id = awb_cost.company_id AND a.number = awb_cost.number);
INSERT INTO "awb_cost" ("company_id", "number", "freight", "handling", "person", "at", "awb_id")
    SELECT c.company_id, c.number, c.freight, c.handling, c.person, c.at, a.id
    FROM awb_cost c JOIN awb a ON a.buyer_id = c.company_id AND a.number = c.number
    WHERE a.id <> c.awb_id ORDER BY c.id, a.id;
