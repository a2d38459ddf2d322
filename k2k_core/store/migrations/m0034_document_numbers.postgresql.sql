CREATE INDEX "document_ordered_number" ON "document" ("vendor_id", "number") WHERE kind = 'purchase_order';
CREATE INDEX "document_former_number" ON "document" ("company_id", "former_number") WHERE former_number <> '';
