ALTER TABLE "customer" DROP CONSTRAINT "customer_ship_via_check";
