ALTER TABLE "lot" ADD COLUMN "mark" BIGINT NOT NULL DEFAULT 0;
CREATE INDEX "lot_company_id_mark" ON "lot" ("company_id", "mark");
CREATE INDEX "lot_product_id" ON "lot" ("product_id");

CREATE FUNCTION lot_mark() RETURNS trigger LANGUAGE plpgsql AS $mark$
    BEGIN NEW.mark := pg_current_xact_id()::text::bigint; RETURN NEW; END $mark$;
CREATE TRIGGER lot_mark BEFORE INSERT OR UPDATE ON lot FOR EACH ROW EXECUTE FUNCTION lot_mark();
