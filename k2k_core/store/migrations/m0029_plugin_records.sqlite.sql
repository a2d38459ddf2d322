ALTER TABLE "company" ADD COLUMN "plugin_record" TEXT;
