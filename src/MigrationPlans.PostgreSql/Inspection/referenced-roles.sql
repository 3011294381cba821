-- Roles that own, may use or are named by something here. pg_shdepend does not record the bootstrap superuser (oid 10),
-- so what that one owns is looked up by itself. 12 to 18.
SELECT DISTINCT r.rolname::text COLLATE pg_catalog."C"
  FROM pg_catalog.pg_roles r
  JOIN (SELECT s.refobjid FROM pg_catalog.pg_shdepend s JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
         WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass
           AND (s.dbid = d.oid OR (s.dbid = 0 AND s.classid = 'pg_catalog.pg_database'::regclass AND s.objid = d.oid))
         UNION ALL SELECT d.datdba FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
         UNION ALL SELECT s.setrole FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
                    WHERE d.datname = pg_catalog.current_database()
         UNION ALL SELECT c.relowner FROM pg_catalog.pg_class c WHERE c.relowner = 10 AND c.oid >= 16384
         UNION ALL SELECT c.proowner FROM pg_catalog.pg_proc c WHERE c.proowner = 10 AND c.oid >= 16384
         UNION ALL SELECT c.typowner FROM pg_catalog.pg_type c WHERE c.typowner = 10 AND c.oid >= 16384
         UNION ALL SELECT c.nspowner FROM pg_catalog.pg_namespace c WHERE c.nspowner = 10 AND c.oid >= 16384) o ON o.refobjid = r.oid
 WHERE r.rolname !~ '^pg_'
 ORDER BY 1
