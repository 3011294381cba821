-- What has rows to compare: tables, leaf partitions each by itself, filled materialized views; and the partitioned tables above them, with
-- whether a row's place below may differ between databases: by its hash, or by the order of text. Not in a tree
-- with a foreign partition: its rows are not ours to read, and copied rows stay in their partitions there. With the columns
-- of a key, and why the login can't read all rows (null: it can). Of extensions' tables only those of their configuration, with what tells
-- the user's rows from the extension's. And what a query locks, the table, its TOAST and its indexes, as a share of what the server has room for in each session, and how many leaves a tree has, listed or not.
-- pg_class, pg_attribute, pg_type, pg_partitioned_table, pg_extension; 12 to 18.
WITH RECURSIVE under (oid, base) AS (
  SELECT t.oid, t.typbasetype FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
   UNION ALL SELECT u.oid, t.typbasetype FROM under u JOIN pg_catalog.pg_type t ON t.oid = u.base WHERE t.typtype = 'd'
), domain AS MATERIALIZED (
  -- Once, not for each table: the catalogs of a database that was filled just now have no statistics.
  SELECT u.oid, u.base FROM under u JOIN pg_catalog.pg_type t ON t.oid = u.base WHERE t.typtype <> 'd'
), foreign_trees AS (
  SELECT pg_catalog.pg_partition_root(f.oid)::oid AS root FROM pg_catalog.pg_class f WHERE f.relkind = 'f' AND f.relispartition
), rel AS (
  SELECT c.oid, n.nspname, c.relname, c.relkind, c.relnamespace, c.reltoastrelid, o.extname, o.condition,
         -- Asked only of partitions: it opens each relation.
         CASE WHEN c.relispartition THEN (SELECT x.relid::oid FROM pg_catalog.pg_partition_ancestors(c.oid) WITH ORDINALITY AS x (relid, height) WHERE x.height = 2) END AS parent,
         COALESCE((SELECT p.partstrat = 'h' OR (p.partstrat = 'r' AND EXISTS (SELECT FROM pg_catalog.unnest(p.partcollation) k (oid) JOIN pg_catalog.pg_collation l ON l.oid = k.oid
                   WHERE l.collprovider IN ('d', 'i') OR (l.collprovider = 'c' AND pg_catalog.lower(l.collcollate) NOT IN ('c', 'posix', 'c.utf8', 'c.utf-8'))))
             FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = c.oid AND c.relkind = 'p' AND pg_catalog.pg_partition_root(c.oid)::oid NOT IN (SELECT t.root FROM foreign_trees t)), false) AS scatters
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN LATERAL (SELECT x.extname, x.extcondition[pg_catalog.array_position(x.extconfig, c.oid)] AS condition
                         FROM pg_catalog.pg_depend e JOIN pg_catalog.pg_extension x ON x.oid = e.refobjid
                        WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.objsubid = 0
                          AND e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e') o ON true
   WHERE (c.relkind IN ('r', 'p') OR (c.relkind = 'm' AND c.relispopulated)) AND c.relpersistence <> 't'
     AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
     -- pg_cron's log grows on the target as soon as its jobs are there.
     AND (o.extname IS NULL OR (o.condition IS NOT NULL AND NOT (o.extname = 'pg_cron' AND c.relname = 'job_run_details')))
), listed AS (
  -- Of all tables at once: looked up for each, the domains would be read as often as there are tables.
  SELECT a.attrelid AS oid, pg_catalog.array_agg(a.attname::text ORDER BY a.attnum) AS names,
         -- An enum has another id on each server: anyenum stands for it. Its functions do not take domains.
         pg_catalog.array_agg(CASE WHEN t.typtype = 'e' AND d.base IS NULL THEN 'pg_catalog.anyenum'::regtype::oid ELSE t.oid END ORDER BY a.attnum) AS types
    FROM pg_catalog.pg_attribute a
    LEFT JOIN domain d ON d.oid = a.atttypid
    JOIN pg_catalog.pg_type t ON t.oid = COALESCE(d.base, a.atttypid)
   -- A virtual column holds nothing, and reading it may fail, or tell what is another on each server (tableoid).
   WHERE a.attrelid IN (SELECT x.oid FROM rel x) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v'
   GROUP BY a.attrelid
)
SELECT r.nspname::text, r.relname::text, r.relkind = 'p', r.relkind = 'm',
       COALESCE(heap.bytes + CASE WHEN heap.bytes > 0 THEN COALESCE(pg_catalog.pg_relation_size(NULLIF(r.reltoastrelid, 0)), 0) END, 0),
       COALESCE(a.names, '{}'::text[]), COALESCE(a.types, '{}'::oid[]), COALESCE(k.names, '{}'::text[]),
       CASE WHEN NOT pg_catalog.has_schema_privilege(r.relnamespace, 'USAGE') THEN 'the login may not use the schema'
            WHEN NOT pg_catalog.has_table_privilege(r.oid, 'SELECT') AND NOT COALESCE((SELECT pg_catalog.bool_and(pg_catalog.has_column_privilege(r.oid, a.attnum, 'SELECT'))
                   FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped), false) THEN 'the login may not read it'
            WHEN pg_catalog.row_security_active(r.oid) THEN 'row security hides rows from the login' END,
       COALESCE(heap.bytes / pg_catalog.current_setting('block_size')::int8, 0),
       u.nspname::text, u.relname::text, r.scatters, r.extname::text, r.condition,
       ((SELECT 1 + pg_catalog.count(*) FROM pg_catalog.pg_index i WHERE i.indrelid = r.oid) + CASE WHEN r.reltoastrelid <> 0 THEN 2 ELSE 0 END)::float8 / pg_catalog.current_setting('max_locks_per_transaction')::float8,
       CASE WHEN r.relkind = 'p' THEN (SELECT pg_catalog.count(*) FROM pg_catalog.pg_partition_tree(r.oid) p WHERE p.isleaf) END
  FROM rel r
  LEFT JOIN LATERAL (SELECT pg_catalog.pg_relation_size(r.oid) AS bytes WHERE r.relkind <> 'p') heap ON true
  LEFT JOIN rel u ON u.oid = r.parent
  LEFT JOIN listed a ON a.oid = r.oid
  -- The primary key, or a unique index that tells any two rows apart.
  LEFT JOIN LATERAL (
       SELECT ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY AS c (attnum, position)
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.attnum WHERE c.position <= i.indnkeyatts ORDER BY c.position) AS names
         FROM pg_catalog.pg_index i
        WHERE i.indrelid = r.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
          AND (r.relkind = 'm' OR NOT EXISTS (SELECT FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY AS c (attnum, position)
                            JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.attnum WHERE c.position <= i.indnkeyatts AND NOT a.attnotnull))
        ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1) k ON true
 ORDER BY r.nspname::text COLLATE pg_catalog."C", r.relname::text COLLATE pg_catalog."C"
