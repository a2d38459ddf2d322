ALTER TABLE "order_line" ADD COLUMN "notice_at" INTEGER;
ALTER TABLE "order_line" ADD COLUMN "overdue_at" INTEGER;
CREATE INDEX "orderline_state_expires_at" ON "order_line" ("state", "expires_at");
CREATE INDEX "orderline_notice_at" ON "order_line" ("notice_at");
ALTER TABLE "document" ADD COLUMN "ends_at" INTEGER;
CREATE INDEX "document_ends_at" ON "document" ("ends_at");
