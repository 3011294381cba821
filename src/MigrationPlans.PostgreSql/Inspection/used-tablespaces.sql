-- Tablespaces other than the database's own, each with the tables that are in it, themselves or an index of theirs: tablespace, schema, table. pg_class, pg_index; 12 to 18.
SELECT DISTINCT s.spcname::text, n.nspname::text, t.relname::text
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
  JOIN pg_catalog.pg_class t ON t.oid = COALESCE(i.indrelid, c.oid)
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm', 'i', 'I') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'migplan_ledger'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = t.oid AND d.deptype = 'e')
 ORDER BY 1, 2, 3
