ALTER TABLE "price_list" ADD COLUMN "everyone" INTEGER NOT NULL DEFAULT FALSE;
ALTER TABLE "customer" ADD COLUMN "show_vendor" INTEGER;
ALTER TABLE "customer" ADD COLUMN "locale" TEXT;
UPDATE "vendor" SET "currency" = (SELECT "company"."currency" FROM "company" WHERE "company"."code" = "vendor"."company")
    WHERE "company" IN (SELECT "code" FROM "company");
