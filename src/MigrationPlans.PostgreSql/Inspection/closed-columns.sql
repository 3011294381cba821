-- Columns of types whose values no server takes in (nobody may write down a parsed expression or statistics: who kept a copy of a catalog has them), and of rows of the server's own catalogs and views, which
-- may have other columns in other versions; of domains over them, and of arrays and composites with them, too: schema, table, column, its type, the catalog and its columns (null where the values are of
-- those types), whether nothing else is around them, the parts of such a row that no server takes in, and whether there may be any that the login can see. pg_type, pg_attribute; 12 to 18.
WITH RECURSIVE refused (oid) AS (
  SELECT t.oid FROM pg_catalog.pg_type t
   WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typname IN ('pg_node_tree', 'pg_ndistinct', 'pg_dependencies', 'pg_mcv_list', 'pg_brin_bloom_summary', 'pg_brin_minmax_multi_summary')
), catalog (oid, type, parts) AS (
  SELECT c.oid, c.reltype, ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.atttypid IN (SELECT r.oid FROM refused r) ORDER BY a.attnum)
    FROM pg_catalog.pg_class c WHERE c.oid < 16384 AND c.reltype <> 0
), closed (oid, catalog, is_row, is_bare) AS (
  SELECT r.oid, 0::oid, false, true FROM refused r
  UNION ALL SELECT s.type, s.oid, true, true FROM catalog s
  UNION ALL SELECT s.type, s.oid, false, true FROM catalog s WHERE s.parts <> '{}'
  UNION
  SELECT w.oid, k.catalog, k.is_row, k.is_bare AND w.is_domain FROM closed k JOIN (
    SELECT t.oid, t.typelem AS part, false AS is_domain FROM pg_catalog.pg_type t WHERE t.typcategory = 'A' AND t.typelem <> 0
    UNION ALL SELECT t.oid, t.typbasetype, true FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
    UNION ALL SELECT c.reltype, a.atttypid, false FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind = 'c') w ON w.part = k.oid
)
SELECT n.nspname::text, c.relname::text, a.attname::text, pg_catalog.format_type(a.atttypid, NULL),
       CASE WHEN k.is_row THEN (SELECT pg_catalog.format('%I.%I', sn.nspname, s.relname) FROM pg_catalog.pg_class s JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace WHERE s.oid = k.catalog) END,
       CASE WHEN k.is_row THEN (SELECT pg_catalog.string_agg(pg_catalog.format('%s %s', s.attname, pg_catalog.format_type(s.atttypid, NULL)), ', ' ORDER BY s.attnum)
                                  FROM pg_catalog.pg_attribute s WHERE s.attrelid = k.catalog AND s.attnum > 0 AND NOT s.attisdropped) END,
       k.is_bare,
       CASE WHEN k.is_bare AND NOT k.is_row THEN COALESCE((SELECT s.parts FROM catalog s WHERE s.oid = k.catalog), '{}') ELSE '{}' END,
       COALESCE(pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND NOT pg_catalog.row_security_active(c.oid) AND pg_catalog.pg_relation_size(c.oid) > 0, false)
  FROM closed k
  JOIN pg_catalog.pg_attribute a ON a.atttypid = k.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.oid >= 16384 AND c.relkind = 'r' AND c.relpersistence <> 't'
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' AND n.nspname <> 'migplan_ledger'
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY 1, 2, a.attnum, 5 NULLS FIRST, 7 DESC
