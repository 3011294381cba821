-- Hash-partitioned tables and the types of their keys (0 for an expression), with the root of their tree.
-- Reads pg_partitioned_table, pg_attribute; PostgreSQL 12 to 18.
SELECT
  pg_catalog.pg_partition_root(p.partrelid)::pg_catalog.oid AS root,
  ARRAY(
    SELECT COALESCE(a.atttypid, 0)
    FROM pg_catalog.unnest(p.partattrs) key
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = key AND key <> 0
  ) AS types
FROM pg_catalog.pg_partitioned_table p
WHERE p.partstrat = 'h'
