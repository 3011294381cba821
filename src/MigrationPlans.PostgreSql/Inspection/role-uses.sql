-- Roles with each object that they own, may use or are named by: what a pick must know to tell which of them it needs. pg_shdepend, which does not
-- record the bootstrap superuser; 12 to 18. What belongs to an object counts as the object: a table's own sequence. Default privileges and user
-- mappings have the schema and the server that they are for. Ids are catalog and oid in one, as in needs.sql.
WITH used AS (
  SELECT DISTINCT r.rolname::text COLLATE pg_catalog."C" AS role, s.classid, s.objid
    FROM pg_catalog.pg_shdepend s
    JOIN pg_catalog.pg_database d ON d.oid = s.dbid AND d.datname = pg_catalog.current_database()
    JOIN pg_catalog.pg_roles r ON r.oid = s.refobjid AND r.rolname !~ '^pg_'
   WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass
     -- They stay behind under every pick, and can be millions.
     AND s.classid <> 'pg_catalog.pg_largeobject'::regclass
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE s.deptype IN ('o', 'i') AND e.classid = s.classid AND e.objid = s.objid AND e.deptype = 'e')
  UNION
  SELECT r.rolname::text COLLATE pg_catalog."C", 'pg_catalog.pg_proc'::regclass, p.oid
    FROM pg_catalog.pg_proc p CROSS JOIN LATERAL pg_catalog.unnest(p.proconfig) c (setting)
    JOIN pg_catalog.pg_roles r ON c.setting IN ('role=' || r.rolname, 'session_authorization=' || r.rolname)
   WHERE p.oid >= 16384
)
SELECT u.role, COALESCE(q.class, u.classid)::int8 * 4294967296 + COALESCE(q.oid, u.objid)::int8, i.type,
       COALESCE(n.nspname::text, CASE WHEN i.type = 'schema' THEN i.name WHEN u.classid = 'pg_catalog.pg_class'::regclass AND q.oid IS NOT NULL THEN q.schema ELSE i.schema END)
  FROM used u
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(u.classid, u.objid, 0) i
  LEFT JOIN pg_catalog.pg_default_acl a ON u.classid = 'pg_catalog.pg_default_acl'::regclass AND a.oid = u.objid
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = a.defaclnamespace
  LEFT JOIN LATERAL (
       SELECT 'pg_catalog.pg_class'::regclass::oid AS class, t.oid, s.nspname::text AS schema
         FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class t ON t.oid = d.refobjid JOIN pg_catalog.pg_namespace s ON s.oid = t.relnamespace
        WHERE u.classid = 'pg_catalog.pg_class'::regclass AND d.classid = u.classid AND d.objid = u.objid AND d.refclassid = d.classid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
       UNION ALL SELECT 'pg_catalog.pg_foreign_server'::regclass, m.srvid, NULL FROM pg_catalog.pg_user_mappings m
        WHERE u.classid = 'pg_catalog.pg_user_mapping'::regclass AND m.umid = u.objid) q ON true
 WHERE i.type IS NOT NULL
 ORDER BY 1, 2
