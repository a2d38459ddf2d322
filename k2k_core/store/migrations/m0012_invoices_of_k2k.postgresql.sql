UPDATE "document" SET "k2k" = TRUE WHERE "kind" = 'invoice' AND ("vendor_id" IS NOT NULL OR EXISTS (
    SELECT 1 FROM "document" AS p
    WHERE p."company_id" = "document"."company_id" AND p."kind" = 'prebook'
    AND p."number" = "document"."reference_number" AND p."k2k"
));
