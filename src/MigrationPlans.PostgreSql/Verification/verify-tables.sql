-- What has rows to compare: tables, leaf partitions each by itself, filled materialized views. Partitions below a hash-partitioned
-- table, or one that is partitioned by ranges of text, are compared together at the topmost such table: a row's hash, or the order of
-- text, and so its place, may differ between databases. Not where a partition of the tree is foreign: its rows are not ours to read, and copied
-- rows stay in their partitions there. With the columns of a key, and why the login can't read all rows (null: it can).
-- pg_class, pg_attribute, pg_type, pg_partitioned_table; 12 to 18.
WITH RECURSIVE under (oid, base) AS (
  SELECT t.oid, t.typbasetype FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
   UNION ALL SELECT u.oid, t.typbasetype FROM under u JOIN pg_catalog.pg_type t ON t.oid = u.base WHERE t.typtype = 'd'
), domain AS MATERIALIZED (
  -- Once, not for each table: the catalogs of a database that was filled just now have no statistics.
  SELECT u.oid, u.base FROM under u JOIN pg_catalog.pg_type t ON t.oid = u.base WHERE t.typtype <> 'd'
), foreign_trees AS (
  SELECT pg_catalog.pg_partition_root(f.oid)::oid AS root FROM pg_catalog.pg_class f WHERE f.relkind = 'f' AND f.relispartition
), rel AS (
  SELECT c.oid, n.nspname, c.relname, c.relkind, c.relnamespace,
         -- Asked only of partitions: it opens each relation.
         CASE WHEN c.relispartition OR c.relkind = 'p' THEN (SELECT x.relid::oid FROM pg_catalog.pg_partition_ancestors(c.oid) WITH ORDINALITY AS x (relid, height)
            JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = x.relid
             AND (p.partstrat = 'h' OR (p.partstrat = 'r' AND EXISTS (SELECT FROM pg_catalog.unnest(p.partcollation) k (oid) JOIN pg_catalog.pg_collation l ON l.oid = k.oid
                   WHERE l.collprovider IN ('d', 'i') OR (l.collprovider = 'c' AND pg_catalog.lower(l.collcollate) NOT IN ('c', 'posix', 'c.utf8', 'c.utf-8')))))
           WHERE pg_catalog.pg_partition_root(c.oid)::oid NOT IN (SELECT t.root FROM foreign_trees t)
           ORDER BY x.height DESC LIMIT 1) END AS hash_root
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE (c.relkind IN ('r', 'p') OR (c.relkind = 'm' AND c.relispopulated)) AND c.relpersistence <> 't'
     AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
)
SELECT r.nspname::text, r.relname::text, r.relkind = 'p', r.relkind = 'm',
       CASE WHEN r.relkind = 'p'
            THEN (SELECT COALESCE(pg_catalog.sum(pg_catalog.pg_table_size(t.relid)), 0)::int8 FROM pg_catalog.pg_partition_tree(r.oid) t WHERE t.isleaf)
            ELSE COALESCE(pg_catalog.pg_table_size(r.oid), 0) END,
       COALESCE(a.names, '{}'::text[]), COALESCE(a.types, '{}'::oid[]), COALESCE(k.names, '{}'::text[]),
       CASE WHEN NOT pg_catalog.has_schema_privilege(r.relnamespace, 'USAGE') THEN 'the login may not use the schema'
            WHEN NOT pg_catalog.has_table_privilege(r.oid, 'SELECT') AND NOT COALESCE((SELECT pg_catalog.bool_and(pg_catalog.has_column_privilege(r.oid, a.attnum, 'SELECT'))
                   FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped), false) THEN 'the login may not read it'
            WHEN pg_catalog.row_security_active(r.oid) THEN 'row security hides rows from the login' END,
       CASE WHEN r.relkind = 'p' THEN 0 ELSE COALESCE(pg_catalog.pg_relation_size(r.oid), 0) / pg_catalog.current_setting('block_size')::int8 END
  FROM rel r
  LEFT JOIN LATERAL (
       SELECT pg_catalog.array_agg(a.attname::text ORDER BY a.attnum) AS names,
              -- An enum has another id on each server: anyenum stands for it. Its functions do not take domains.
              pg_catalog.array_agg(CASE WHEN t.typtype = 'e' AND d.base IS NULL THEN 'pg_catalog.anyenum'::regtype::oid ELSE t.oid END ORDER BY a.attnum) AS types
         FROM pg_catalog.pg_attribute a
         LEFT JOIN domain d ON d.oid = a.atttypid
         JOIN pg_catalog.pg_type t ON t.oid = COALESCE(d.base, a.atttypid)
        WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped) a ON true
  -- The primary key, or a unique index that tells any two rows apart.
  LEFT JOIN LATERAL (
       SELECT ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY AS c (attnum, position)
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.attnum WHERE c.position <= i.indnkeyatts ORDER BY c.position) AS names
         FROM pg_catalog.pg_index i
        WHERE i.indrelid = r.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
          AND (r.relkind = 'm' OR NOT EXISTS (SELECT FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY AS c (attnum, position)
                            JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.attnum WHERE c.position <= i.indnkeyatts AND NOT a.attnotnull))
        ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1) k ON true
 WHERE (r.relkind <> 'p' AND r.hash_root IS NULL) OR r.hash_root = r.oid
 ORDER BY r.nspname::text COLLATE pg_catalog."C", r.relname::text COLLATE pg_catalog."C"
