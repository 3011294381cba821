-- Columns with values that no server takes in, and of the rows of the server's own catalogs, which have other columns in other versions; of arrays and domains of them, too: schema, table, column, its type, whether
-- only another version refuses them, and whether there may be any that the login can see. pg_type, pg_attribute; 12 to 18. Nobody may write down a parsed expression or statistics: who kept a copy of a catalog has them.
SELECT n.nspname::text, c.relname::text, a.attname::text, pg_catalog.format_type(a.atttypid, NULL), y.typrelid <> 0,
       pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND NOT pg_catalog.row_security_active(c.oid) AND pg_catalog.pg_relation_size(c.oid) > 0
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  JOIN pg_catalog.pg_type y ON y.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.oid >= 16384 AND c.relkind = 'r' AND c.relpersistence <> 't'
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' AND n.nspname <> 'migplan_ledger'
 WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
   AND (y.typrelid BETWEEN 1 AND 16383
     OR y.typnamespace = 'pg_catalog'::regnamespace AND y.typname IN ('pg_node_tree', 'pg_ndistinct', 'pg_dependencies', 'pg_mcv_list', 'pg_brin_bloom_summary', 'pg_brin_minmax_multi_summary'))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY 1, 2, a.attnum
