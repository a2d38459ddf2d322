ALTER TABLE "lot" ADD COLUMN "mark" INTEGER NOT NULL DEFAULT 0;
CREATE INDEX "lot_company_id_mark" ON "lot" ("company_id", "mark");
CREATE INDEX "lot_product_id" ON "lot" ("product_id");

CREATE TRIGGER lot_mark_insert AFTER INSERT ON lot
    BEGIN UPDATE lot SET mark = (SELECT MAX(mark) FROM lot WHERE company_id = NEW.company_id) + 1 WHERE id = NEW.id; END;
CREATE TRIGGER lot_mark_update AFTER UPDATE ON lot WHEN NEW.mark = OLD.mark
    BEGIN UPDATE lot SET mark = (SELECT MAX(mark) FROM lot WHERE company_id = NEW.company_id) + 1 WHERE id = NEW.id; END;
