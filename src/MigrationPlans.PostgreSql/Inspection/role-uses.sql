-- Roles with each object that they own, may use or are named by: what a pick must know to tell which of them it needs. pg_shdepend, which does not
-- record the bootstrap superuser (oid 10): what names that one is looked for by itself, as in referenced-roles.sql; 12 to 18. What belongs to an
-- object counts as the object: the sequence of an identity column. Default privileges and user mappings have the schema and the server that they are for.
-- What the database itself sets counts as the database; what it sets for a role comes with that role, the fifth column. The last ones: whether the
-- role owns the object, or has given rights to what another owns, and then what it is called. Ids are catalog and oid in one, as in needs.sql; the
-- server identifies an object by quoted names.
-- include made-objects.sql
, superusers AS (
  SELECT m.class, m.oid FROM made m WHERE m.owner = 10 OR EXISTS (SELECT FROM pg_catalog.aclexplode(m.acl) a WHERE 10 IN (a.grantee, a.grantor))
  UNION ALL SELECT p.tableoid, p.oid FROM pg_catalog.pg_policy p WHERE 10 = ANY (p.polroles)
  UNION ALL SELECT 'pg_catalog.pg_user_mapping'::regclass, u.umid FROM pg_catalog.pg_user_mappings u WHERE u.umuser = 10
), setting AS (
  SELECT 'pg_catalog.pg_proc'::regclass::oid AS class, p.oid, pg_catalog.unnest(p.proconfig) AS setting FROM pg_catalog.pg_proc p WHERE p.oid >= 16384
  UNION ALL SELECT 'pg_catalog.pg_database'::regclass::oid, d.oid, pg_catalog.unnest(s.setconfig)
    FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND d.datname = pg_catalog.current_database() WHERE s.setrole = 0
), used AS (
  SELECT o.role, o.classid, o.objid, pg_catalog.bool_or(o.is_owner) AS is_owner, pg_catalog.bool_or(o.is_giver) AS is_giver
    FROM (
  SELECT r.rolname::text COLLATE pg_catalog."C" AS role, s.classid, s.objid, false AS is_owner, false AS is_giver
    FROM pg_catalog.pg_shdepend s
    JOIN pg_catalog.pg_database d ON d.oid = s.dbid AND d.datname = pg_catalog.current_database()
    JOIN pg_catalog.pg_roles r ON r.oid = s.refobjid AND r.rolname !~ '^pg_'
   WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass
     -- They stay behind under every pick, and can be millions.
     AND s.classid <> 'pg_catalog.pg_largeobject'::regclass
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE s.deptype IN ('o', 'i') AND e.classid = s.classid AND e.objid = s.objid AND e.deptype = 'e')
  UNION ALL SELECT r.rolname::text COLLATE pg_catalog."C", u.class, u.oid, false, false FROM superusers u JOIN pg_catalog.pg_roles r ON r.oid = 10
  UNION ALL
  SELECT r.rolname::text COLLATE pg_catalog."C", c.class, c.oid, false, false
    FROM setting c JOIN pg_catalog.pg_roles r ON r.rolname = pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1)
   WHERE pg_catalog.split_part(c.setting, '=', 1) IN ('role', 'session_authorization')
  UNION ALL SELECT r.rolname::text COLLATE pg_catalog."C", g.class, g.oid, true, false FROM given g JOIN pg_catalog.pg_roles r ON r.oid = g.owner AND r.rolname !~ '^pg_'
  UNION ALL
  SELECT r.rolname::text COLLATE pg_catalog."C", g.class, g.oid, false, true
    FROM given g CROSS JOIN LATERAL pg_catalog.aclexplode(g.acl) a JOIN pg_catalog.pg_roles r ON r.oid = a.grantor AND r.rolname !~ '^pg_'
    LEFT JOIN pg_catalog.pg_class t ON g.owner IS NULL AND t.oid = g.oid
   WHERE a.grantor <> COALESCE(g.owner, t.relowner)) o
   GROUP BY 1, 2, 3
)
SELECT u.role, COALESCE(q.class, u.classid)::int8 * 4294967296 + COALESCE(q.oid, u.objid)::int8, i.type,
       COALESCE(n.nspname::text, CASE WHEN u.classid = 'pg_catalog.pg_class'::regclass AND q.oid IS NOT NULL THEN q.schema
                                         ELSE (pg_catalog.parse_ident(CASE WHEN i.type = 'schema' THEN i.name ELSE i.schema END))[1] END), NULL::text,
       u.is_owner, u.is_giver, CASE WHEN u.is_owner OR u.is_giver THEN i.type || ' ' || i.identity END
  FROM used u
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(u.classid, u.objid, 0) i
  LEFT JOIN pg_catalog.pg_default_acl a ON u.classid = 'pg_catalog.pg_default_acl'::regclass AND a.oid = u.objid
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = a.defaclnamespace
  LEFT JOIN LATERAL (
       SELECT 'pg_catalog.pg_class'::regclass::oid AS class, t.oid, s.nspname::text AS schema
         FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class t ON t.oid = d.refobjid JOIN pg_catalog.pg_namespace s ON s.oid = t.relnamespace
        WHERE u.classid = 'pg_catalog.pg_class'::regclass AND d.classid = u.classid AND d.objid = u.objid AND d.refclassid = d.classid AND d.refobjsubid > 0 AND d.deptype = 'i'
       UNION ALL SELECT 'pg_catalog.pg_foreign_server'::regclass, m.srvid, NULL FROM pg_catalog.pg_user_mappings m
        WHERE u.classid = 'pg_catalog.pg_user_mapping'::regclass AND m.umid = u.objid) q ON true
 WHERE i.type IS NOT NULL
UNION ALL
SELECT r.rolname::text COLLATE pg_catalog."C", 0, 'role', NULL, o.rolname::text, false, false, NULL
  FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND d.datname = pg_catalog.current_database() JOIN pg_catalog.pg_roles o ON o.oid = s.setrole
 CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) c (setting) JOIN pg_catalog.pg_roles r ON r.rolname = pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1)
 WHERE pg_catalog.split_part(c.setting, '=', 1) IN ('role', 'session_authorization')
 ORDER BY 1, 2
