CREATE INDEX "order_line_staged" ON "order_line" ("buyer_id", "awb_id") WHERE state = 'staged';
