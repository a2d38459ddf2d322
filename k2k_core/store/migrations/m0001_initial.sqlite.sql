CREATE TABLE "company" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "timezone" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "hierarchies" TEXT,
    "plugin_settings" TEXT,
    "change_seq" INTEGER NOT NULL,
    "lot_seq" INTEGER NOT NULL
);
CREATE UNIQUE INDEX "company_code" ON "company" ("code");

CREATE TABLE "setting" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "value" TEXT,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "setting_company_id_name" ON "setting" ("company_id", "name");

CREATE TABLE "location" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "k2k_gpm" INTEGER,
    "connected" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    CHECK (k2k_gpm IS NULL OR (k2k_gpm >= 0 AND k2k_gpm < 100000000))
);
CREATE UNIQUE INDEX "location_company_id_code" ON "location" ("company_id", "code");
CREATE UNIQUE INDEX "location_company_id_id" ON "location" ("company_id", "id");

CREATE TABLE "person" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "roles" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "password_hash" TEXT,
    "active" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "user_email" ON "person" ("email");

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
    CHECK (type IN ('A', 'B')),
    CHECK (ship_via IN ('warehouse', 'grower', 'choice'))
);
CREATE UNIQUE INDEX "customer_company_id_code" ON "customer" ("company_id", "code");
CREATE UNIQUE INDEX "customer_company_id_id" ON "customer" ("company_id", "id");

CREATE TABLE "vendor" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "company" TEXT,
    "currency" TEXT NOT NULL,
    "exchange_rate" INTEGER,
    "port" TEXT,
    "transit_days" INTEGER,
    FOREIGN KEY (company_id) REFERENCES company (id),
    CHECK (exchange_rate IS NULL OR exchange_rate > 0),
    CHECK (transit_days >= 0)
);
CREATE UNIQUE INDEX "vendor_company_id_code" ON "vendor" ("company_id", "code");
CREATE UNIQUE INDEX "vendor_company_id_id" ON "vendor" ("company_id", "id");

CREATE TABLE "carrier" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "cut_offs" TEXT NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "carrier_company_id_code" ON "carrier" ("company_id", "code");

CREATE TABLE "connection" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "vendor_id" INTEGER NOT NULL,
    "buyer_id" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "hide_vendor" INTEGER NOT NULL,
    "bill_to_final_customer" INTEGER NOT NULL,
    "share_future_sales" INTEGER NOT NULL,
    FOREIGN KEY (vendor_id) REFERENCES company (id),
    FOREIGN KEY (buyer_id) REFERENCES company (id),
    CHECK (state IN ('proposed', 'accepted', 'active', 'suspended', 'ended'))
);
CREATE UNIQUE INDEX "connection_vendor_id_buyer_id" ON "connection" ("vendor_id", "buyer_id");
CREATE INDEX "connection_buyer_id" ON "connection" ("buyer_id");

CREATE TABLE "connection_step" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "vendor_id" INTEGER NOT NULL,
    "buyer_id" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "by_company_id" INTEGER NOT NULL,
    "by_person" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    FOREIGN KEY (vendor_id, buyer_id) REFERENCES connection (vendor_id, buyer_id)
);

CREATE TABLE "category" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "local_after" INTEGER,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "category_company_id_code" ON "category" ("company_id", "code");
CREATE UNIQUE INDEX "category_company_id_id" ON "category" ("company_id", "id");

CREATE TABLE "product" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "category_id" INTEGER NOT NULL,
    "variety" TEXT,
    "color" TEXT,
    "grade" TEXT,
    "local_after" INTEGER,
    FOREIGN KEY (company_id) REFERENCES company (id),
    FOREIGN KEY (company_id, category_id) REFERENCES category (company_id, id)
);
CREATE UNIQUE INDEX "product_company_id_code" ON "product" ("company_id", "code");
CREATE UNIQUE INDEX "product_company_id_id" ON "product" ("company_id", "id");
CREATE INDEX "product_company_id_description" ON "product" ("company_id", "description");

CREATE TABLE "box_type" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "fbe" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    CHECK (fbe > 0)
);
CREATE UNIQUE INDEX "boxtype_company_id_code" ON "box_type" ("company_id", "code");
CREATE UNIQUE INDEX "boxtype_company_id_id" ON "box_type" ("company_id", "id");

CREATE TABLE "box_dimensions" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "box_type_id" INTEGER NOT NULL,
    "product_id" INTEGER,
    "length" INTEGER NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    FOREIGN KEY (company_id, box_type_id) REFERENCES box_type (company_id, id),
    FOREIGN KEY (company_id, product_id) REFERENCES product (company_id, id),
    CHECK (length > 0 AND width > 0 AND height > 0)
);
CREATE UNIQUE INDEX "boxdimensions_company_id_box_type_id_product_id" ON "box_dimensions" ("company_id", "box_type_id", "product_id");

CREATE TABLE "price_list" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "master" INTEGER NOT NULL,
    "active" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    CHECK (type IN ('all', 'open_market', 'prebook', 'season'))
);
CREATE UNIQUE INDEX "pricelist_company_id_code" ON "price_list" ("company_id", "code");
CREATE UNIQUE INDEX "pricelist_company_id_id" ON "price_list" ("company_id", "id");
CREATE UNIQUE INDEX "price_list_one_master" ON "price_list" ("company_id") WHERE master;

CREATE TABLE "price_season" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "price_list_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "start" DATE NOT NULL,
    "end" DATE NOT NULL,
    FOREIGN KEY (company_id, price_list_id) REFERENCES price_list (company_id, id),
    CHECK (start <= "end")
);
CREATE UNIQUE INDEX "priceseason_company_id_id" ON "price_season" ("company_id", "id");
CREATE INDEX "priceseason_price_list_id" ON "price_season" ("price_list_id");

CREATE TABLE "price_row" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "season_id" INTEGER NOT NULL,
    "product_id" INTEGER NOT NULL,
    "box_type_id" INTEGER,
    "vendor" TEXT,
    "price" INTEGER NOT NULL,
    "cost" INTEGER,
    FOREIGN KEY (company_id, season_id) REFERENCES price_season (company_id, id),
    FOREIGN KEY (company_id, product_id) REFERENCES product (company_id, id),
    FOREIGN KEY (company_id, box_type_id) REFERENCES box_type (company_id, id)
);
CREATE INDEX "pricerow_season_id_product_id" ON "price_row" ("season_id", "product_id");

CREATE TABLE "lot" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "inventory_type" TEXT NOT NULL,
    "product_id" INTEGER NOT NULL,
    "vendor" TEXT,
    "location_id" INTEGER,
    "box_type_id" INTEGER NOT NULL,
    "boxes" INTEGER NOT NULL,
    "available" INTEGER NOT NULL,
    "ledger_id" INTEGER NOT NULL,
    "units_per_box" INTEGER NOT NULL,
    "unit_type" TEXT NOT NULL,
    "stems_per_bunch" INTEGER,
    "unit_cost" INTEGER,
    "awb" TEXT,
    "port" TEXT,
    "arrival_date" DATE NOT NULL,
    "on_hold" INTEGER NOT NULL,
    "solid" INTEGER NOT NULL,
    "sell_fast" INTEGER NOT NULL,
    "web_price" INTEGER,
    "price_a" INTEGER,
    "price_b" INTEGER,
    "price_b_manual" INTEGER,
    "unit_price" INTEGER,
    "va_price" INTEGER,
    "purchase_order_price" INTEGER,
    "last_price" TEXT,
    "archived" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    FOREIGN KEY (company_id, product_id) REFERENCES product (company_id, id),
    FOREIGN KEY (company_id, box_type_id) REFERENCES box_type (company_id, id),
    FOREIGN KEY (company_id, location_id) REFERENCES location (company_id, id),
    CHECK (available >= 0),
    CHECK (boxes >= 0),
    CHECK (units_per_box > 0),
    CHECK (unit_type IN ('stem', 'bunch'))
);
CREATE UNIQUE INDEX "lot_company_id_code" ON "lot" ("company_id", "code");
CREATE UNIQUE INDEX "lot_company_id_id" ON "lot" ("company_id", "id");
CREATE INDEX "lot_company_id_awb" ON "lot" ("company_id", "awb");

CREATE TABLE "lot_ledger" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "lot_id" INTEGER NOT NULL,
    "delta" INTEGER NOT NULL,
    "available_after" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "line_id" INTEGER,
    "at" INTEGER NOT NULL,
    FOREIGN KEY (company_id, lot_id) REFERENCES lot (company_id, id),
    CHECK (available_after >= 0)
);
CREATE INDEX "lotledger_lot_id_id" ON "lot_ledger" ("lot_id", "id");

CREATE TABLE "box" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "lot_id" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "line_id" INTEGER,
    "printed" INTEGER NOT NULL,
    FOREIGN KEY (company_id, lot_id) REFERENCES lot (company_id, id),
    CHECK (state IN ('in_stock', 'staged', 'received', 'billed', 'withdrawn'))
);
CREATE UNIQUE INDEX "box_code" ON "box" ("code");
CREATE INDEX "box_lot_id_position" ON "box" ("lot_id", "position");
CREATE INDEX "box_line_id" ON "box" ("line_id");

CREATE TABLE "offer" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "buyer_id" INTEGER NOT NULL,
    "vendor_id" INTEGER NOT NULL,
    "lot_id" INTEGER NOT NULL,
    "product_id" INTEGER,
    "confirmed" INTEGER,
    "va_price" INTEGER,
    FOREIGN KEY (vendor_id, lot_id) REFERENCES lot (company_id, id),
    FOREIGN KEY (buyer_id, product_id) REFERENCES product (company_id, id)
);
CREATE UNIQUE INDEX "offer_buyer_id_lot_id" ON "offer" ("buyer_id", "lot_id");
CREATE INDEX "offer_lot_id" ON "offer" ("lot_id");

CREATE TABLE "product_mapping" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "buyer_id" INTEGER NOT NULL,
    "vendor_id" INTEGER NOT NULL,
    "vendor_product_id" INTEGER NOT NULL,
    "product_id" INTEGER NOT NULL,
    FOREIGN KEY (vendor_id, vendor_product_id) REFERENCES product (company_id, id),
    FOREIGN KEY (buyer_id, product_id) REFERENCES product (company_id, id)
);
CREATE UNIQUE INDEX "productmapping_buyer_id_vendor_product_id" ON "product_mapping" ("buyer_id", "vendor_product_id");

CREATE TABLE "cart" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "number" TEXT NOT NULL,
    "customer_id" INTEGER NOT NULL,
    "ship_date" DATE NOT NULL,
    "ship_via" TEXT NOT NULL,
    "location" TEXT,
    "carrier" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "opened_at" INTEGER NOT NULL,
    "expires_at" INTEGER NOT NULL,
    FOREIGN KEY (company_id, customer_id) REFERENCES customer (company_id, id),
    CHECK (state IN ('open', 'checked_out', 'expired', 'cancelled'))
);
CREATE UNIQUE INDEX "cart_company_id_number" ON "cart" ("company_id", "number");
CREATE UNIQUE INDEX "cart_company_id_id" ON "cart" ("company_id", "id");
CREATE INDEX "cart_state_expires_at" ON "cart" ("state", "expires_at");

CREATE TABLE "awb" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "vendor_id" INTEGER,
    "buyer_id" INTEGER NOT NULL,
    "number" TEXT NOT NULL,
    "ship_date" DATE,
    "ship_via" TEXT NOT NULL,
    "arrival_date" DATE,
    "freight" INTEGER,
    "handling" INTEGER,
    "shipped_at" INTEGER,
    FOREIGN KEY (vendor_id) REFERENCES company (id),
    FOREIGN KEY (buyer_id) REFERENCES company (id)
);
CREATE INDEX "awb_buyer_id_number" ON "awb" ("buyer_id", "number");
CREATE INDEX "awb_vendor_id_number" ON "awb" ("vendor_id", "number");
CREATE UNIQUE INDEX "awb_vendor_buyer_number" ON "awb" ("vendor_id", "buyer_id", "number");

CREATE TABLE "document" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "former_number" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "k2k" INTEGER NOT NULL,
    "vendor_id" INTEGER,
    "buyer_id" INTEGER,
    "customer_id" INTEGER,
    "cart_id" INTEGER,
    "ship_date" DATE,
    "vendor_ship_date" DATE,
    "ship_via" TEXT NOT NULL,
    "ship_to" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "sales_type" TEXT NOT NULL,
    "transfer" TEXT NOT NULL,
    "awb_id" INTEGER,
    "reference_number" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    FOREIGN KEY (vendor_id) REFERENCES company (id),
    FOREIGN KEY (buyer_id) REFERENCES company (id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customer (company_id, id),
    FOREIGN KEY (awb_id) REFERENCES awb (id),
    CHECK (kind IN ('prebook', 'purchase_order', 'sales_order', 'invoice_order', 'invoice')),
    CHECK (transfer IN ('none', 'transferred', 'accepted', 'filled', 'confirmed', 'rejected', 'cancelled'))
);
CREATE UNIQUE INDEX "document_company_id_kind_number" ON "document" ("company_id", "kind", "number");
CREATE UNIQUE INDEX "document_company_id_id" ON "document" ("company_id", "id");
CREATE INDEX "document_cart_id" ON "document" ("cart_id");
CREATE INDEX "document_awb_id" ON "document" ("awb_id");

CREATE TABLE "order_line" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "buyer_id" INTEGER NOT NULL,
    "vendor_id" INTEGER,
    "lot_company_id" INTEGER,
    "lot_id" INTEGER,
    "cart_id" INTEGER,
    "prebook_id" INTEGER,
    "purchase_order_id" INTEGER,
    "sales_order_id" INTEGER,
    "invoice_order_id" INTEGER,
    "customer_id" INTEGER,
    "product_id" INTEGER,
    "vendor_product_id" INTEGER,
    "description" TEXT NOT NULL,
    "inventory_type" TEXT NOT NULL,
    "box_type" TEXT NOT NULL,
    "boxes" INTEGER NOT NULL,
    "units_per_box" INTEGER NOT NULL,
    "unit_type" TEXT NOT NULL,
    "stems_per_bunch" INTEGER,
    "price" INTEGER,
    "cost" INTEGER,
    "landed_cost" INTEGER,
    "components" TEXT NOT NULL,
    "charges" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "mark_code" TEXT NOT NULL,
    "expires_at" INTEGER,
    "awb_id" INTEGER,
    "reason" TEXT NOT NULL,
    "explanation" TEXT,
    "vendor_explanation" TEXT,
    "created_at" INTEGER NOT NULL,
    FOREIGN KEY (buyer_id) REFERENCES company (id),
    FOREIGN KEY (vendor_id) REFERENCES company (id),
    FOREIGN KEY (lot_company_id, lot_id) REFERENCES lot (company_id, id),
    FOREIGN KEY (buyer_id, customer_id) REFERENCES customer (company_id, id),
    FOREIGN KEY (buyer_id, cart_id) REFERENCES cart (company_id, id),
    FOREIGN KEY (buyer_id, prebook_id) REFERENCES document (company_id, id),
    FOREIGN KEY (buyer_id, purchase_order_id) REFERENCES document (company_id, id),
    FOREIGN KEY (vendor_id, sales_order_id) REFERENCES document (company_id, id),
    FOREIGN KEY (buyer_id, invoice_order_id) REFERENCES document (company_id, id),
    FOREIGN KEY (buyer_id, product_id) REFERENCES product (company_id, id),
    FOREIGN KEY (awb_id) REFERENCES awb (id),
    CHECK (boxes > 0),
    CHECK (state IN ('in_cart', 'checked_out', 'staged', 'received', 'billed', 'dropped', 'cancelled', 'needed'))
);
CREATE UNIQUE INDEX "orderline_buyer_id_id" ON "order_line" ("buyer_id", "id");
CREATE INDEX "orderline_cart_id" ON "order_line" ("cart_id");
CREATE INDEX "orderline_prebook_id" ON "order_line" ("prebook_id");
CREATE INDEX "orderline_purchase_order_id" ON "order_line" ("purchase_order_id");
CREATE INDEX "orderline_sales_order_id" ON "order_line" ("sales_order_id");
CREATE INDEX "orderline_invoice_order_id" ON "order_line" ("invoice_order_id");
CREATE INDEX "orderline_lot_id" ON "order_line" ("lot_id");
CREATE INDEX "orderline_awb_id" ON "order_line" ("awb_id");

CREATE TABLE "box_claim" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "box_id" INTEGER NOT NULL,
    "line_id" INTEGER NOT NULL,
    "open" INTEGER NOT NULL,
    FOREIGN KEY (box_id) REFERENCES box (id),
    FOREIGN KEY (line_id) REFERENCES order_line (id)
);
CREATE INDEX "boxclaim_line_id" ON "box_claim" ("line_id");
CREATE UNIQUE INDEX "box_claim_one_open" ON "box_claim" ("box_id") WHERE open;

CREATE TABLE "invoice_line" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "invoice_id" INTEGER NOT NULL,
    "line_id" INTEGER,
    "description" TEXT NOT NULL,
    "boxes" INTEGER NOT NULL,
    "units" INTEGER NOT NULL,
    "price" INTEGER NOT NULL,
    "total" INTEGER NOT NULL,
    FOREIGN KEY (company_id, invoice_id) REFERENCES document (company_id, id),
    FOREIGN KEY (line_id) REFERENCES order_line (id)
);
CREATE INDEX "invoiceline_invoice_id" ON "invoice_line" ("invoice_id");
CREATE INDEX "invoiceline_line_id" ON "invoice_line" ("line_id");

CREATE TABLE "event" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "type" TEXT NOT NULL,
    "data" TEXT NOT NULL,
    "at" INTEGER NOT NULL
);

CREATE TABLE "feed" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "event_id" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "feed_company_id_seq" ON "feed" ("company_id", "seq");

CREATE TABLE "notification" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "to" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "sent_at" INTEGER,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE INDEX "notification_company_id_event" ON "notification" ("company_id", "event");

CREATE TABLE "idempotency" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "operation" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "answer" TEXT,
    "at" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "idempotency_company_id_operation_key" ON "idempotency" ("company_id", "operation", "key");

CREATE TABLE "audit" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER,
    "person" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "before" TEXT,
    "after" TEXT,
    "at" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE INDEX "audit_company_id_id" ON "audit" ("company_id", "id");

CREATE TABLE "counter" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "value" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id)
);
CREATE UNIQUE INDEX "counter_company_id_name" ON "counter" ("company_id", "name");

CREATE TABLE "draft" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "company_id" INTEGER NOT NULL,
    "number" TEXT NOT NULL,
    "changes" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    FOREIGN KEY (company_id) REFERENCES company (id),
    CHECK (state IN ('open', 'applied', 'dropped'))
);
CREATE UNIQUE INDEX "draft_company_id_number" ON "draft" ("company_id", "number");
