-- 12 to 18.
SELECT e.extname::text, e.extversion, n.nspname::text, r.rolname::text
  FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
 LEFT JOIN pg_catalog.pg_roles r ON r.oid = e.extowner
 ORDER BY e.extname::text COLLATE pg_catalog."C"
