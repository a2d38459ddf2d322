ALTER TABLE "company" ADD COLUMN "quarantines" TEXT;
