CREATE INDEX "lot_company_id_available_code" ON "lot" ("company_id", "available", "code");
CREATE INDEX "document_sold_to" ON "document" ("buyer_id", "id") WHERE kind = 'sales_order';
CREATE INDEX "document_ordered_from" ON "document" ("vendor_id", "id") WHERE kind = 'purchase_order';
