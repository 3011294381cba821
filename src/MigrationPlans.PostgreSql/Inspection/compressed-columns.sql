-- Columns that are compressed by LZ4: schema, table, column. pg_attribute; 12 to 18, attcompression is there from 14 on.
SELECT n.nspname::text, c.relname::text, a.attname::text
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 CROSS JOIN (SELECT ''::"char" AS attcompression) older
 -- The column's own from 14 on; below, the name means what stands above.
 CROSS JOIN LATERAL (SELECT attcompression FROM (SELECT a.*) b) z
 WHERE c.relkind IN ('r', 'p', 'm') AND c.oid >= 16384 AND c.relpersistence <> 't' AND z.attcompression = 'l' AND n.nspname !~ '^pg_' AND n.nspname <> 'migplan_ledger'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY n.nspname, c.relname, a.attnum
