-- Roles that own, may use or are named by something here, once more for each schema in which they own something, and once more (is_giver) for each in which
-- they gave a right to what another owns, with the first of that as an example: for each relation, which a pick may name (the last column; a table's own sequence counts as
-- the table), and for the rest together. pg_shdepend does not record the bootstrap superuser (oid 10), so what
-- names that one is looked for by itself: owners, privileges, policies, user mappings. Left out are what the server and its
-- extensions make, and below 15 the schema public where it still is the bootstrap superuser's, as in every new database. 12 to 18.
-- include made-objects.sql
, carried AS (
  SELECT m.owner, m.acl FROM made m WHERE m.owner = 10 OR m.acl IS NOT NULL
   UNION ALL SELECT l.lomowner, l.lomacl FROM pg_catalog.pg_largeobject_metadata l WHERE l.lomowner = 10 OR l.lomacl IS NOT NULL
   UNION ALL SELECT NULL::oid, d.datacl FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
), owners AS (
  -- Large objects by themselves, as not every mapping carries them.
  SELECT DISTINCT ON (f.owner, f.nspname, f.is_giver, f.class = 'pg_catalog.pg_largeobject'::regclass, f.relation) f.owner, f.nspname, f.class, f.oid, f.is_giver, f.relation
    FROM (SELECT g.owner, g.nspname, g.class, pg_catalog.min(g.oid::int8)::oid AS oid, false AS is_giver, NULL::oid AS relation FROM given g GROUP BY 1, 2, 3
          UNION ALL SELECT l.lomowner, NULL::name, 'pg_catalog.pg_largeobject'::regclass::oid, pg_catalog.min(l.oid::int8)::oid, false, NULL::oid FROM pg_catalog.pg_largeobject_metadata l GROUP BY 1
          UNION ALL SELECT a.grantor, g.nspname, g.class, g.oid, true, CASE WHEN g.class = 'pg_catalog.pg_class'::regclass THEN g.oid END
            FROM given g CROSS JOIN LATERAL pg_catalog.aclexplode(g.acl) a
            LEFT JOIN pg_catalog.pg_class t ON g.owner IS NULL AND t.oid = g.oid
           WHERE a.grantor <> COALESCE(g.owner, t.relowner)
          UNION ALL SELECT a.grantor, NULL::name, 'pg_catalog.pg_largeobject'::regclass::oid, l.oid, true, NULL::oid
            FROM pg_catalog.pg_largeobject_metadata l CROSS JOIN LATERAL pg_catalog.aclexplode(l.lomacl) a WHERE a.grantor <> l.lomowner) f
   -- What takes the right to create in the schema, before what does not.
   ORDER BY f.owner, f.nspname, f.is_giver, f.class = 'pg_catalog.pg_largeobject'::regclass, f.relation, f.class IN ('pg_catalog.pg_default_acl'::regclass, 'pg_catalog.pg_namespace'::regclass), f.class, f.oid
)
SELECT DISTINCT r.rolname::text COLLATE pg_catalog."C", NULL::text, NULL::text, false, NULL::text
  FROM pg_catalog.pg_roles r
  JOIN (SELECT s.refobjid FROM pg_catalog.pg_shdepend s JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
         WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass
           -- Members of extensions keep the owner and the privileges that the extension gives them.
           AND NOT (s.deptype IN ('o', 'i') AND s.dbid = d.oid AND EXISTS (
                 SELECT FROM pg_catalog.pg_depend e WHERE e.classid = s.classid AND e.objid = s.objid AND e.deptype = 'e'))
           AND (s.dbid = d.oid OR (s.dbid = 0 AND s.classid = 'pg_catalog.pg_database'::regclass AND s.objid = d.oid))
         UNION ALL SELECT d.datdba FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
         UNION ALL SELECT s.setrole FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
                    WHERE d.datname = pg_catalog.current_database()
         -- Named by SET role in settings of the database and of functions.
         UNION ALL SELECT n.oid FROM (SELECT pg_catalog.unnest(s.setconfig) FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND d.datname = pg_catalog.current_database()
                                       UNION ALL SELECT pg_catalog.unnest(p.proconfig) FROM pg_catalog.pg_proc p WHERE p.oid >= 16384) c (setting)
                    JOIN pg_catalog.pg_roles n ON n.rolname = pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1)
                   WHERE pg_catalog.split_part(c.setting, '=', 1) IN ('role', 'session_authorization')
         UNION ALL SELECT 10 WHERE EXISTS (SELECT FROM carried c WHERE c.owner = 10)
         UNION ALL SELECT 10 WHERE EXISTS (SELECT FROM carried c CROSS JOIN LATERAL pg_catalog.aclexplode(c.acl) a WHERE 10 IN (a.grantee, a.grantor))
         UNION ALL SELECT 10 WHERE EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE 10 = ANY (p.polroles))
         UNION ALL SELECT 10 WHERE EXISTS (SELECT FROM pg_catalog.pg_user_mappings u WHERE u.umuser = 10)) o ON o.refobjid = r.oid
 WHERE r.rolname !~ '^pg_'
UNION ALL
SELECT r.rolname::text COLLATE pg_catalog."C", o.nspname::text COLLATE pg_catalog."C", i.type || ' ' || i.identity, o.is_giver, t.relname::text COLLATE pg_catalog."C"
  FROM owners o
  -- Predefined roles, too: to act for one takes the same. The database's owner is a member of this one by itself.
  JOIN pg_catalog.pg_roles r ON r.oid = o.owner AND r.rolname <> 'pg_database_owner'
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(o.class, o.oid, 0) i
  LEFT JOIN pg_catalog.pg_depend d
    ON d.classid = o.class AND d.objid = o.relation AND d.refclassid = d.classid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
  LEFT JOIN pg_catalog.pg_class t ON t.oid = COALESCE(d.refobjid, o.relation)
 ORDER BY 1, 2, 3 NULLS FIRST, 4
