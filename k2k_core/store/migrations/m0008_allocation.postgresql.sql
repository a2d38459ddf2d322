ALTER TABLE "lot" ADD COLUMN "allocated" INTEGER NOT NULL DEFAULT 0 CHECK (allocated >= 0);
ALTER TABLE "lot_ledger" ADD COLUMN "allocated_delta" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "lot_ledger" ADD COLUMN "allocated_after" INTEGER NOT NULL DEFAULT 0 CHECK (allocated_after >= 0);
ALTER TABLE "order_line" ADD COLUMN "released" INTEGER NOT NULL DEFAULT 0 CHECK (released >= 0 AND released <= boxes);
