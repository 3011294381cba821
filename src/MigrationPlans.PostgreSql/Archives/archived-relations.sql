-- Tables and sequences whose rows or positions a dump may hold, with the tables' size; partitions with the table that they are a partition of,
-- and partitioned tables, which have no rows of their own.
-- Reads pg_class, pg_namespace, pg_inherits, pg_depend, pg_extension; PostgreSQL 12 to 18.
SELECT
  n.nspname::pg_catalog.text,
  c.relname::pg_catalog.text,
  c.relkind = 'S',
  CASE WHEN c.relkind = 'r' THEN pg_catalog.pg_table_size(c.oid) ELSE 0 END,
  (
    SELECT e.extname::pg_catalog.text
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
      AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e'
    LIMIT 1
  ),
  c.relkind = 'p',
  above_schema.nspname::pg_catalog.text,
  above.relname::pg_catalog.text
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid AND c.relispartition
LEFT JOIN pg_catalog.pg_class above ON above.oid = i.inhparent
LEFT JOIN pg_catalog.pg_namespace above_schema ON above_schema.oid = above.relnamespace
WHERE c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
ORDER BY 1, 2
