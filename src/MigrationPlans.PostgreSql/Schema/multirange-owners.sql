-- Multirange types with their owners. pg_range; 12 to 18 (rngmultitypid is there from 14 on, and read through JSON).
SELECT n.nspname::text, m.typname::text, o.rolname::text
  FROM pg_catalog.pg_range r
  JOIN pg_catalog.pg_type m ON m.oid = (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::pg_catalog.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = m.typnamespace
  JOIN pg_catalog.pg_roles o ON o.oid = m.typowner
 WHERE m.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_type'::regclass AND e.objid = r.rngtypid AND e.deptype = 'e')
