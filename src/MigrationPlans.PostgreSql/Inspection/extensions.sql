-- With their tables that may hold rows of the user's. 12 to 18.
SELECT e.extname::text, e.extversion, n.nspname::text, r.rolname::text,
       ARRAY(SELECT s.nspname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace WHERE c.oid = ANY (e.extconfig) AND c.relkind IN ('r', 'p') ORDER BY c.oid),
       ARRAY(SELECT c.relname::text FROM pg_catalog.pg_class c WHERE c.oid = ANY (e.extconfig) AND c.relkind IN ('r', 'p') ORDER BY c.oid)
  FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
 LEFT JOIN pg_catalog.pg_roles r ON r.oid = e.extowner
 ORDER BY e.extname::text COLLATE pg_catalog."C"
