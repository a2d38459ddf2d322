ALTER TABLE "order_line" ADD COLUMN "goods" TEXT;
CREATE INDEX "order_line_goods_in_cart" ON "order_line" ("customer_id", "goods", "id") WHERE state = 'in_cart';
