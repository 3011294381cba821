-- Tables and materialized views that want statistics, each with the name of the table that it is a partition of, or its own. Without $1,
-- partitions come with their root; with it, each stands for itself, and statistics that were never collected here count too. pg_class,
-- pg_stats; 12 to 18.
SELECT n.nspname::text, c.relname::text, rn.nspname::text, r.relname::text, COALESCE(pg_catalog.pg_relation_size(c.oid), 0), c.relkind = 'r' AND NOT c.relhassubclass,
       pg_catalog.pg_has_role(c.relowner, 'USAGE'), o.rolname::text,
       COALESCE(pg_catalog.pg_stat_get_last_analyze_time(c.oid), pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid)) IS NOT NULL
       OR $1 AND c.reltuples >= 0 AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND COALESCE(a.attstattarget, -1) <> 0 AND a.attgenerated <> 'v'
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_stats k
                                WHERE k.schemaname = n.nspname AND k.tablename = c.relname AND k.attname = a.attname AND k.inherited = (c.relkind = 'p')))
             AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_index i
              JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
              JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid AND COALESCE(a.attstattarget, -1) <> 0
             WHERE i.indrelid = c.oid AND c.relkind <> 'p' AND a.attnum <= i.indnkeyatts AND i.indkey[a.attnum - 1] = 0
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_stats k
                                WHERE k.schemaname = n.nspname AND k.tablename = x.relname AND k.attname = a.attname AND NOT k.inherited))
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class r ON r.oid = CASE WHEN c.relispartition THEN pg_catalog.pg_partition_root(c.oid)::pg_catalog.oid ELSE c.oid END
  JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
  JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
 WHERE c.relkind IN ('r', 'm', 'p') AND ($1 OR NOT c.relispartition)
   AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
