-- Foreign keys of partitions that follow from a partitioned table's: schema, table, name, and schema, table, name of the key that they
-- follow from, at any remove. Those to partitions of the referenced table aside. pg_constraint; 12 to 18.
WITH RECURSIVE key (oid, conrelid, confrelid, conname, root) AS (
  SELECT k.oid, k.conrelid, k.confrelid, k.conname, k.oid FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
   WHERE k.contype = 'f' AND k.conparentid = 0 AND c.relkind = 'p'
  UNION ALL
  SELECT k.oid, k.conrelid, k.confrelid, k.conname, u.root FROM key u JOIN pg_catalog.pg_constraint k ON k.conparentid = u.oid AND k.confrelid = u.confrelid AND k.conrelid <> u.conrelid
)
SELECT n.nspname::text, c.relname::text, k.conname::text, rn.nspname::text, rc.relname::text, r.conname::text
  FROM key k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_constraint r ON r.oid = k.root JOIN pg_catalog.pg_class rc ON rc.oid = r.conrelid JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace
 WHERE k.oid <> k.root
