CREATE INDEX "order_line_unconfirmed" ON "order_line" ("vendor_id", "sales_order_id") WHERE state = 'checked_out';
CREATE INDEX "order_line_received" ON "order_line" ("buyer_id", "id") WHERE state = 'received';
CREATE INDEX "document_transferred" ON "document" ("vendor_id", "transfer", "id") WHERE kind = 'purchase_order';
CREATE INDEX "box_missing" ON "box" ("id") WHERE missing IS NOT NULL;
DROP INDEX "orderline_sales_order_id";
CREATE INDEX "orderline_sales_order_id_purchase_order_id" ON "order_line" ("sales_order_id", "purchase_order_id");
