-- Relations that belong to no extension, partitions with the table that they are a partition of; sizes, which open each table, where $1 wants them. What indexes take is
-- what they took when the table was last vacuumed or analyzed, as much more as the table has grown since; where that is not much, else each is opened, too. pg_class,
-- pg_inherits, pg_index: reltuples is -1 for never analyzed from 14 on, 0 before; 12 to 18.
-- Types whose values name roles: those two, and arrays, domains and composites of them.
WITH RECURSIVE role_type (oid) AS (
  SELECT t.oid FROM pg_catalog.pg_type t WHERE t.oid IN ('regrole'::regtype, 'aclitem'::regtype)
  UNION
  SELECT w.oid FROM role_type r JOIN (
    SELECT t.oid, t.typelem AS part FROM pg_catalog.pg_type t WHERE t.typcategory = 'A'
    UNION ALL SELECT t.oid, t.typbasetype FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
    UNION ALL SELECT c.reltype, a.atttypid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind = 'c') w ON w.part = r.oid
)
SELECT n.nspname::text, c.relname::text, c.relkind::text, COALESCE(r.rolname::text, ''),
       COALESCE(heap.bytes + CASE WHEN heap.bytes > 0 THEN COALESCE(pg_catalog.pg_relation_size(NULLIF(c.reltoastrelid, 0)), 0) END, 0),
       CASE WHEN c.reltuples < 0 OR (c.relpages = 0 AND pg_catalog.current_setting('server_version_num')::int4 < 140000) THEN -1 ELSE c.reltuples::int8 END,
       c.relispopulated, c.relpersistence = 'u', pg_catalog.row_security_active(c.oid),
       pg_catalog.has_schema_privilege(n.oid, 'USAGE')
         AND CASE WHEN c.relkind = 'S' THEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT') ELSE pg_catalog.has_table_privilege(c.oid, 'SELECT') END,
       COALESCE(CASE
         WHEN indexes.are_known AND heap.bytes / heap.block BETWEEN c.relpages / 2 AND c.relpages::int8 * 2 THEN (indexes.pages::float8 * heap.bytes / c.relpages)::int8
         WHEN indexes.pages IS NOT NULL THEN pg_catalog.pg_indexes_size(c.oid) END, 0),
       un.nspname::text, u.relname::text,
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid IN (SELECT r.oid FROM role_type r) ORDER BY a.attnum),
       -- From 14 on.
       COALESCE((pg_catalog.to_jsonb(i) ->> 'inhdetachpending')::bool, false)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN LATERAL (
    SELECT pg_catalog.pg_relation_size(c.oid) AS bytes, pg_catalog.current_setting('block_size')::int8 AS block WHERE $1 AND c.relkind IN ('r', 'm')
  ) heap ON true
  LEFT JOIN LATERAL (
    -- One page: made before the rows came.
    SELECT pg_catalog.sum(x.relpages) AS pages, pg_catalog.bool_and(x.relpages > 1) AS are_known
      FROM pg_catalog.pg_index k JOIN pg_catalog.pg_class x ON x.oid = k.indexrelid WHERE k.indrelid = c.oid AND heap.bytes > 0
  ) indexes ON true
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
  LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid AND c.relispartition
  LEFT JOIN pg_catalog.pg_class u ON u.oid = i.inhparent
  LEFT JOIN pg_catalog.pg_namespace un ON un.oid = u.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
   AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
 ORDER BY n.nspname::text COLLATE pg_catalog."C", c.relname::text COLLATE pg_catalog."C"
