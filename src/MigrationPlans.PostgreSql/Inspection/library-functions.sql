-- Functions in C that no extension brings: library, kind, schema, name. pg_proc, pg_language; 12 to 18.
SELECT p.probin::text COLLATE pg_catalog."C", i.type, n.nspname::text, i.identity COLLATE pg_catalog."C"
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname = 'c'
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.pg_proc'::regclass, p.oid, 0) i
 WHERE p.oid >= 16384 AND p.probin IS NOT NULL AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
 ORDER BY 1, 4
