-- What the extensions of these names ($1) bring that privileges can be given on: schema (null for what is in none) and name. 12 to 18.
SELECT n.nspname::pg_catalog.text, x.name
FROM (
  SELECT 'pg_catalog.pg_class'::pg_catalog.regclass AS class, c.oid, c.relnamespace AS space, c.relname::pg_catalog.text AS name FROM pg_catalog.pg_class c
  UNION ALL SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.pronamespace, p.proname FROM pg_catalog.pg_proc p
  UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typnamespace, t.typname FROM pg_catalog.pg_type t
  UNION ALL SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, s.oid, NULL, s.nspname FROM pg_catalog.pg_namespace s
  UNION ALL SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, NULL, l.lanname FROM pg_catalog.pg_language l
  UNION ALL SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, w.oid, NULL, w.fdwname FROM pg_catalog.pg_foreign_data_wrapper w
  UNION ALL SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, v.oid, NULL, v.srvname FROM pg_catalog.pg_foreign_server v
) x
LEFT JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) x.space
WHERE EXISTS (
  SELECT FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_extension e ON e.oid OPERATOR(pg_catalog.=) d.refobjid
  WHERE d.classid OPERATOR(pg_catalog.=) x.class AND d.objid OPERATOR(pg_catalog.=) x.oid
    AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype OPERATOR(pg_catalog.=) 'e'
    AND e.extname OPERATOR(pg_catalog.=) ANY ($1))
