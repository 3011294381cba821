-- Multirange types with their owners, and to whom these grant USAGE ('' for PUBLIC; with the right to grant it on?). pg_range; 12 to 18
-- (rngmultitypid is there from 14 on, and read through JSON).
SELECT n.nspname::text, m.typname::text, o.rolname::text, a.grantees, a.grantable
  FROM pg_catalog.pg_range r
  JOIN pg_catalog.pg_type m ON m.oid = (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::pg_catalog.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = m.typnamespace
  JOIN pg_catalog.pg_roles o ON o.oid = m.typowner
 CROSS JOIN LATERAL (
       SELECT COALESCE(pg_catalog.array_agg(COALESCE(g.rolname::text, '')), '{}') AS grantees, COALESCE(pg_catalog.array_agg(x.is_grantable), '{}') AS grantable
         FROM pg_catalog.aclexplode(COALESCE(m.typacl, pg_catalog.acldefault('T', m.typowner))) x
         LEFT JOIN pg_catalog.pg_roles g ON g.oid = x.grantee
        WHERE x.grantee <> m.typowner) a
 WHERE m.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_type'::regclass AND e.objid = r.rngtypid AND e.deptype = 'e')
