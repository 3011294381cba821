-- Tables and materialized views to analyze; partitions come with their root. pg_class; 12 to 18.
SELECT n.nspname::text, c.relname::text, COALESCE(pg_catalog.pg_table_size(c.oid), 0), pg_catalog.pg_has_role(c.relowner, 'USAGE'), o.rolname::text,
       COALESCE(GREATEST(s.last_analyze, s.last_autoanalyze) IS NOT NULL, false)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
  LEFT JOIN pg_catalog.pg_stat_all_tables s ON s.relid = c.oid
 WHERE c.relkind IN ('r', 'm', 'p') AND NOT c.relispartition
   AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
