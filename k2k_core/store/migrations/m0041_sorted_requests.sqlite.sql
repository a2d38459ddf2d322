DROP INDEX "product_company_id_description";
CREATE UNIQUE INDEX "product_company_id_description_code" ON "product" ("company_id", "description", "code");
CREATE INDEX "document_requested" ON "document" ("company_id", "id") WHERE company_id = vendor_id AND (kind = 'prebook' OR former_number <> '');
CREATE INDEX "document_requested_ship_date" ON "document" ("company_id", "ship_date", "id") WHERE company_id = vendor_id AND (kind = 'prebook' OR former_number <> '');
CREATE INDEX "document_requested_vendor_ship_date" ON "document" ("company_id", "vendor_ship_date", "id") WHERE company_id = vendor_id AND (kind = 'prebook' OR former_number <> '');
