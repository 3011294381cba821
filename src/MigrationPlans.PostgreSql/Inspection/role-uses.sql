-- Roles with each object that they own, may use or are named by: what a pick must know to tell which of them it needs. pg_shdepend, which does not
-- record the bootstrap superuser (oid 10): what names that one is looked for by itself, as in referenced-roles.sql; 12 to 18. What belongs to an
-- object counts as the object: a table's own sequence. Default privileges and user mappings have the schema and the server that they are for. What
-- the database itself sets counts as the database; what it sets for a role comes with that role, the last column. Ids are catalog and oid in one, as in needs.sql.
WITH held AS (
  SELECT c.tableoid AS class, c.oid, c.relnamespace AS namespace, c.relowner AS owner, c.relacl AS acl FROM pg_catalog.pg_class c
    WHERE c.relpersistence <> 't' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL SELECT c.tableoid, c.oid, c.relnamespace, NULL::oid, a.attacl FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL
  UNION ALL SELECT p.tableoid, p.oid, p.pronamespace, p.proowner, p.proacl FROM pg_catalog.pg_proc p
  UNION ALL SELECT t.tableoid, t.oid, t.typnamespace, t.typowner, t.typacl FROM pg_catalog.pg_type t
  UNION ALL SELECT n.tableoid, n.oid, n.oid, n.nspowner, n.nspacl FROM pg_catalog.pg_namespace n
  UNION ALL SELECT o.tableoid, o.oid, o.oprnamespace, o.oprowner, NULL::aclitem[] FROM pg_catalog.pg_operator o
  UNION ALL SELECT o.tableoid, o.oid, o.opcnamespace, o.opcowner, NULL::aclitem[] FROM pg_catalog.pg_opclass o
  UNION ALL SELECT o.tableoid, o.oid, o.opfnamespace, o.opfowner, NULL::aclitem[] FROM pg_catalog.pg_opfamily o
  UNION ALL SELECT c.tableoid, c.oid, c.collnamespace, c.collowner, NULL::aclitem[] FROM pg_catalog.pg_collation c
  UNION ALL SELECT c.tableoid, c.oid, c.connamespace, c.conowner, NULL::aclitem[] FROM pg_catalog.pg_conversion c
  UNION ALL SELECT c.tableoid, c.oid, c.cfgnamespace, c.cfgowner, NULL::aclitem[] FROM pg_catalog.pg_ts_config c
  UNION ALL SELECT d.tableoid, d.oid, d.dictnamespace, d.dictowner, NULL::aclitem[] FROM pg_catalog.pg_ts_dict d
  UNION ALL SELECT s.tableoid, s.oid, s.stxnamespace, s.stxowner, NULL::aclitem[] FROM pg_catalog.pg_statistic_ext s
  UNION ALL SELECT l.tableoid, l.oid, NULL::oid, l.lanowner, l.lanacl FROM pg_catalog.pg_language l
  UNION ALL SELECT f.tableoid, f.oid, NULL::oid, f.fdwowner, f.fdwacl FROM pg_catalog.pg_foreign_data_wrapper f
  UNION ALL SELECT s.tableoid, s.oid, NULL::oid, s.srvowner, s.srvacl FROM pg_catalog.pg_foreign_server s
  UNION ALL SELECT e.tableoid, e.oid, NULL::oid, e.evtowner, NULL::aclitem[] FROM pg_catalog.pg_event_trigger e
  UNION ALL SELECT p.tableoid, p.oid, NULL::oid, p.pubowner, NULL::aclitem[] FROM pg_catalog.pg_publication p
  UNION ALL SELECT d.tableoid, d.oid, NULLIF(d.defaclnamespace, 0), d.defaclrole, d.defaclacl FROM pg_catalog.pg_default_acl d
  UNION ALL SELECT p.tableoid, p.oid, NULL::oid, 10::oid, NULL::aclitem[] FROM pg_catalog.pg_policy p WHERE 10 = ANY (p.polroles)
  UNION ALL SELECT 'pg_catalog.pg_user_mapping'::regclass::oid, m.umid, NULL::oid, 10::oid, NULL::aclitem[] FROM pg_catalog.pg_user_mappings m WHERE m.umuser = 10
), superusers AS (
  SELECT h.class, h.oid
    FROM held h
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = h.namespace
   -- Below 15 the schema public is the bootstrap superuser's in every new database.
   WHERE (h.oid >= 16384 OR (h.class = 'pg_catalog.pg_namespace'::regclass AND n.nspname = 'public'
                             AND (h.owner <> 10 OR pg_catalog.current_setting('server_version_num')::int4 >= 150000)))
     AND (n.nspname IS NULL OR n.nspname !~ '^pg_')
     AND (h.owner = 10 OR EXISTS (SELECT FROM pg_catalog.aclexplode(h.acl) a WHERE 10 IN (a.grantee, a.grantor)))
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = h.class AND e.objid = h.oid
                        -- Types of arrays and of rows, and constructors of ranges, go with what they are made for.
                        AND (e.deptype = 'e' OR (e.deptype = 'i' AND e.classid IN ('pg_catalog.pg_type'::regclass, 'pg_catalog.pg_proc'::regclass))))
), setting AS (
  SELECT 'pg_catalog.pg_proc'::regclass::oid AS class, p.oid, pg_catalog.unnest(p.proconfig) AS setting FROM pg_catalog.pg_proc p WHERE p.oid >= 16384
  UNION ALL SELECT 'pg_catalog.pg_database'::regclass::oid, d.oid, pg_catalog.unnest(s.setconfig)
    FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND d.datname = pg_catalog.current_database() WHERE s.setrole = 0
), used AS (
  SELECT DISTINCT r.rolname::text COLLATE pg_catalog."C" AS role, s.classid, s.objid
    FROM pg_catalog.pg_shdepend s
    JOIN pg_catalog.pg_database d ON d.oid = s.dbid AND d.datname = pg_catalog.current_database()
    JOIN pg_catalog.pg_roles r ON r.oid = s.refobjid AND r.rolname !~ '^pg_'
   WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass
     -- They stay behind under every pick, and can be millions.
     AND s.classid <> 'pg_catalog.pg_largeobject'::regclass
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE s.deptype IN ('o', 'i') AND e.classid = s.classid AND e.objid = s.objid AND e.deptype = 'e')
  UNION SELECT r.rolname::text COLLATE pg_catalog."C", u.class, u.oid FROM superusers u JOIN pg_catalog.pg_roles r ON r.oid = 10
  UNION
  SELECT r.rolname::text COLLATE pg_catalog."C", c.class, c.oid
    FROM setting c JOIN pg_catalog.pg_roles r ON r.rolname = pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1)
   WHERE pg_catalog.split_part(c.setting, '=', 1) IN ('role', 'session_authorization')
)
SELECT u.role, COALESCE(q.class, u.classid)::int8 * 4294967296 + COALESCE(q.oid, u.objid)::int8, i.type,
       COALESCE(n.nspname::text, CASE WHEN i.type = 'schema' THEN i.name WHEN u.classid = 'pg_catalog.pg_class'::regclass AND q.oid IS NOT NULL THEN q.schema ELSE i.schema END), NULL::text
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
UNION ALL
SELECT r.rolname::text COLLATE pg_catalog."C", 0, 'role', NULL, o.rolname::text
  FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND d.datname = pg_catalog.current_database() JOIN pg_catalog.pg_roles o ON o.oid = s.setrole
 CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) c (setting) JOIN pg_catalog.pg_roles r ON r.rolname = pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1)
 WHERE pg_catalog.split_part(c.setting, '=', 1) IN ('role', 'session_authorization')
 ORDER BY 1, 2
