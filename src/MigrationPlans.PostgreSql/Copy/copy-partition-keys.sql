-- Partitioned tables whose rows may belong into other partitions on another server, with the root of their tree and the types of their
-- keys: those that hash, and those whose order a library decides (type 0: in any case). Type 0 also stands for an expression.
-- Reads pg_partitioned_table, pg_attribute, pg_collation, pg_database; PostgreSQL 12 to 18 (datlocprovider, from 15 on, is read through JSON).
WITH outside AS (
  SELECT l.oid, l.collisdeterministic
  FROM pg_catalog.pg_collation l
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  CROSS JOIN LATERAL (
    SELECT
      CASE WHEN l.collprovider = 'd' THEN COALESCE(pg_catalog.to_jsonb(d) ->> 'datlocprovider', 'c') ELSE l.collprovider::pg_catalog.text END AS provider,
      CASE WHEN l.collprovider = 'd' THEN d.datcollate::pg_catalog.text ELSE l.collcollate::pg_catalog.text END AS locale
  ) o
  WHERE o.provider = 'i' OR (o.provider = 'c' AND pg_catalog.lower(o.locale) NOT IN ('c', 'posix', 'c.utf8', 'c.utf-8'))
)
SELECT
  pg_catalog.pg_partition_root(p.partrelid)::pg_catalog.oid AS root,
  CASE WHEN p.partstrat = 'r' OR by_library.is_fuzzy THEN ARRAY[0]::pg_catalog.oid[] ELSE ARRAY(
    SELECT COALESCE(a.atttypid, 0)
    FROM pg_catalog.unnest(p.partattrs) key
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = key AND key <> 0
  ) END AS types
FROM pg_catalog.pg_partitioned_table p
CROSS JOIN LATERAL (
  SELECT pg_catalog.count(*) > 0 AS is_ordered, COALESCE(pg_catalog.bool_or(NOT o.collisdeterministic), false) AS is_fuzzy
  FROM pg_catalog.unnest(p.partcollation) k (oid)
  JOIN outside o ON o.oid = k.oid
) by_library
WHERE (p.partstrat = 'h' OR (p.partstrat = 'r' AND by_library.is_ordered))
  -- Null for a table that this snapshot sees and that is dropped by now.
  AND pg_catalog.pg_partition_root(p.partrelid) IS NOT NULL
