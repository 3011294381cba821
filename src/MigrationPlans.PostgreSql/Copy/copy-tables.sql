-- Tables that hold rows: plain tables, leaf partitions among them; foreign, temporary and system tables left out.
-- Reads pg_class, pg_namespace, pg_attribute, pg_inherits, pg_type, pg_constraint, pg_depend, pg_extension; PostgreSQL 12 to 18.
WITH RECURSIVE checks AS (
  -- That call functions of the user's: built-in ones leave no trace in pg_depend.
  SELECT k.conrelid, k.contypid
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objid = k.oid
  WHERE k.contype = 'c' AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
), parts (type_oid, part_oid) AS MATERIALIZED (
  -- What types are built of: elements of arrays, domains below, attributes, bounds of ranges.
  SELECT t.oid, part.oid
  FROM pg_catalog.pg_type t
  CROSS JOIN LATERAL (VALUES (t.typelem), (t.typbasetype)) part (oid)
  WHERE part.oid <> 0
  UNION ALL
  SELECT t.oid, a.atttypid
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_attribute a ON a.attrelid = t.typrelid
  WHERE t.typrelid <> 0 AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT r.rngtypid, r.rngsubtype FROM pg_catalog.pg_range r
), asking_types (oid) AS (
  SELECT checks.contypid FROM checks WHERE checks.contypid <> 0
  UNION
  SELECT parts.type_oid FROM asking_types JOIN parts ON parts.part_oid = asking_types.oid
), asking AS (
  SELECT checks.conrelid AS table_oid FROM checks WHERE checks.conrelid <> 0
  UNION ALL
  SELECT a.attrelid FROM asking_types JOIN pg_catalog.pg_attribute a ON a.atttypid = asking_types.oid
), foreign_trees AS (
  SELECT pg_catalog.pg_partition_root(f.oid)::pg_catalog.oid AS root
  FROM pg_catalog.pg_class f
  WHERE f.relkind = 'f' AND f.relispartition
)
SELECT
  c.oid,
  n.nspname::pg_catalog.text AS schema,
  c.relname::pg_catalog.text AS name,
  c.relkind = 'p' AS is_partitioned,
  c.relfilenode AS file,
  COALESCE(heap.bytes + CASE WHEN heap.bytes > 0 THEN COALESCE(pg_catalog.pg_relation_size(NULLIF(c.reltoastrelid, 0)), 0) END, 0) AS bytes,
  COALESCE(heap.bytes / pg_catalog.current_setting('block_size')::pg_catalog.int8, 0) AS pages,
  CASE WHEN c.relispartition THEN pg_catalog.pg_partition_root(c.oid)::pg_catalog.oid END AS root,
  COALESCE(columns.names, '{}') AS columns,
  COALESCE(columns.types, '{}') AS types,
  owner.extname::pg_catalog.text AS extension,
  owner.condition,
  c.oid IN (SELECT asking.table_oid FROM asking) AS is_checked_by_functions,
  -- Not those that a deferrable unique constraint has, which is built with the rows.
  c.relhastriggers AND EXISTS (
    SELECT FROM pg_catalog.pg_trigger t LEFT JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint
    WHERE t.tgrelid = c.oid AND (NOT t.tgisinternal OR k.contype = 'f')) AS has_triggers,
  above_schema.nspname::pg_catalog.text AS parent_schema,
  above.relname::pg_catalog.text AS parent,
  c.oid IN (SELECT foreign_trees.root FROM foreign_trees) AS has_foreign_partitions,
  c.relpersistence = 'u' AS is_unlogged,
  -- Only an extension's own tables have foreign keys before their rows.
  CASE WHEN owner.condition IS NULL THEN '{}' ELSE ARRAY(
    SELECT k.confrelid FROM pg_catalog.pg_constraint k
    WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) END AS referenced
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN LATERAL (
  -- Opens the table, which is most of what this costs. Null for one that the catalog's snapshot sees and that is dropped by now.
  SELECT pg_catalog.pg_relation_size(c.oid) AS bytes WHERE c.relkind = 'r'
) heap ON true
LEFT JOIN LATERAL (
  SELECT
    pg_catalog.array_agg(a.attname::pg_catalog.text ORDER BY a.attnum) AS names,
    pg_catalog.array_agg(a.atttypid ORDER BY a.attnum) AS types
  FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
) columns ON true
LEFT JOIN LATERAL (
  -- A null condition: a table of an extension whose rows the extension itself brings along.
  SELECT e.extname, e.extcondition[pg_catalog.array_position(e.extconfig, c.oid)] AS condition
  FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
    AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e'
) owner ON true
LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid AND c.relispartition
LEFT JOIN pg_catalog.pg_class above ON above.oid = i.inhparent
LEFT JOIN pg_catalog.pg_namespace above_schema ON above_schema.oid = above.relnamespace
WHERE c.relkind IN ('r', 'p')
  AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_'
  AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
ORDER BY n.nspname, c.relname
