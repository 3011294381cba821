-- What has rows to compare: tables, leaf partitions each by itself, filled materialized views. Partitions below a hash-partitioned
-- table are compared together at the topmost such table: a row's hash, and so its place, may differ between databases.
-- pg_class, pg_attribute, pg_type, pg_partitioned_table; 12 to 18.
WITH rel AS (
  SELECT c.oid, n.nspname, c.relname, c.relkind,
         (SELECT x.relid::oid FROM pg_catalog.pg_partition_ancestors(c.oid) WITH ORDINALITY AS x (relid, height)
            JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = x.relid AND p.partstrat = 'h'
           ORDER BY x.height DESC LIMIT 1) AS hash_root
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE (c.relkind IN ('r', 'p') OR (c.relkind = 'm' AND c.relispopulated)) AND c.relpersistence <> 't'
     AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
)
SELECT r.nspname::text, r.relname::text, r.relkind = 'p', r.relkind = 'm',
       CASE WHEN r.relkind = 'p'
            THEN (SELECT COALESCE(pg_catalog.sum(pg_catalog.pg_table_size(t.relid)), 0)::int8 FROM pg_catalog.pg_partition_tree(r.oid) t WHERE t.isleaf)
            ELSE COALESCE(pg_catalog.pg_table_size(r.oid), 0) END,
       COALESCE(a.names, '{}'::text[]), COALESCE(a.bytea, '{}'::bool[])
  FROM rel r
  LEFT JOIN LATERAL (
       SELECT pg_catalog.array_agg(a.attname::text ORDER BY a.attnum) AS names,
              pg_catalog.array_agg(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END = 17 ORDER BY a.attnum) AS bytea
         FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped) a ON true
 WHERE (r.relkind <> 'p' AND r.hash_root IS NULL) OR r.hash_root = r.oid
 ORDER BY r.nspname::text COLLATE pg_catalog."C", r.relname::text COLLATE pg_catalog."C"
