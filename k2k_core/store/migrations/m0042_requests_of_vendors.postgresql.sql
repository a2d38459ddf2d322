DROP INDEX "document_requested";
DROP INDEX "document_requested_ship_date";
DROP INDEX "document_requested_vendor_ship_date";
CREATE INDEX "document_requested" ON "document" ("vendor_id", "id") WHERE kind = 'prebook' OR former_number <> '';
CREATE INDEX "document_requested_ship_date" ON "document" ("vendor_id", "ship_date", "id") WHERE kind = 'prebook' OR former_number <> '';
CREATE INDEX "document_requested_vendor_ship_date" ON "document" ("vendor_id", "vendor_ship_date", "id") WHERE kind = 'prebook' OR former_number <> '';
