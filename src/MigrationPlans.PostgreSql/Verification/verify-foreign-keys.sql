-- Foreign keys, those that partitions have by their tables too, each with the tables of the key that it follows from: the one that has it and
-- the one that it refers to. The id is catalog and oid in one, as in needs.sql. pg_constraint; 12 to 18.
WITH RECURSIVE key (oid, origin) AS (
  SELECT k.oid, k.oid FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0
   UNION ALL SELECT k.oid, u.origin FROM key u JOIN pg_catalog.pg_constraint k ON k.conparentid = u.oid
)
SELECT 'pg_catalog.pg_constraint'::regclass::int8 * 4294967296 + u.oid::int8, n.nspname::text, c.relname::text, m.nspname::text, f.relname::text
  FROM key u
  JOIN pg_catalog.pg_constraint k ON k.oid = u.origin
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class f ON f.oid = k.confrelid JOIN pg_catalog.pg_namespace m ON m.oid = f.relnamespace
