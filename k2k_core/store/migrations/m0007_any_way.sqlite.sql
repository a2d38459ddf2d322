PRAGMA defer_foreign_keys = ON;
CREATE TEMPORARY TABLE "customer_before" AS SELECT * FROM "customer";
DROP TABLE "customer";
CREATE TABLE "customer" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "landed_cost_as_price" INTEGER NOT NULL,
    "ecommerce_markup" TEXT,
    "price_b_markup" TEXT,
    "sell_fast_markup" TEXT,
    "price_lists" TEXT NOT NULL,
    "ship_via" TEXT NOT NULL,
    "show_fob_price" INTEGER NOT NULL,
    "charge_fuel_surcharge" INTEGER NOT NULL,
    "outbound_cube_rate" INTEGER,
    "min_age" INTEGER,
    "max_age" INTEGER,
    "days_of_service" TEXT NOT NULL,
    "salesperson_email" TEXT NOT NULL,
    "ship_to" TEXT NOT NULL,
    "location" TEXT,
    "credit_hold" INTEGER NOT NULL,
    "additional_charges" TEXT NOT NULL,
    "send_invoice_to" TEXT NOT NULL,
    "send_checkout_notification_to" TEXT NOT NULL,
    "company" TEXT,
    "archived" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    CHECK (type IN ('A', 'B'))
);
CREATE UNIQUE INDEX "customer_company_id_code" ON "customer" ("company_id", "code");
CREATE UNIQUE INDEX "customer_company_id_id" ON "customer" ("company_id", "id");
INSERT INTO "customer" SELECT * FROM "customer_before";
DROP TABLE "customer_before";
