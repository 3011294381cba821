-- Roles as everybody may see them, without the predefined ones. pg_roles, pg_auth_members (from 16 on with several rows a membership,
-- and with the options INHERIT and SET), pg_db_role_setting, pg_shdescription; 12 to 18.
SELECT r.rolname::text, r.rolcanlogin, r.rolsuper, r.rolcreatedb, r.rolcreaterole, r.rolinherit, r.rolreplication, r.rolbypassrls,
       r.rolconnlimit, r.rolvaliduntil::text,
       ARRAY(SELECT g.rolname::text FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
              WHERE m.member = r.oid GROUP BY g.rolname ORDER BY g.rolname::text COLLATE pg_catalog."C"),
       ARRAY(SELECT pg_catalog.bool_or(m.admin_option) FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
              WHERE m.member = r.oid GROUP BY g.rolname ORDER BY g.rolname::text COLLATE pg_catalog."C"),
       ARRAY(SELECT pg_catalog.bool_or((pg_catalog.to_jsonb(m) ->> 'inherit_option')::bool) FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
              WHERE m.member = r.oid GROUP BY g.rolname ORDER BY g.rolname::text COLLATE pg_catalog."C"),
       ARRAY(SELECT pg_catalog.bool_or((pg_catalog.to_jsonb(m) ->> 'set_option')::bool) FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
              WHERE m.member = r.oid GROUP BY g.rolname ORDER BY g.rolname::text COLLATE pg_catalog."C"),
       COALESCE((SELECT s.setconfig FROM pg_catalog.pg_db_role_setting s WHERE s.setdatabase = 0 AND s.setrole = r.oid), '{}'::text[]),
       pg_catalog.shobj_description(r.oid, 'pg_authid'),
       -- pg_parameter_acl, by its number: there from 15 on.
       ARRAY(SELECT pg_catalog.pg_describe_object(s.classid, s.objid, 0) FROM pg_catalog.pg_shdepend s WHERE s.classid = 6243 AND s.refclassid = 'pg_catalog.pg_authid'::regclass AND s.refobjid = r.oid ORDER BY 1),
       -- Where a tablespace has no privileges of its own, only its owner may create in it.
       CASE WHEN r.rolsuper THEN '{}' ELSE ARRAY(SELECT t.spcname::text FROM pg_catalog.pg_tablespace t
                                                  WHERE (t.spcacl IS NOT NULL OR t.spcowner <> 10) AND pg_catalog.has_tablespace_privilege(r.oid, t.oid, 'CREATE') ORDER BY t.spcname::text COLLATE pg_catalog."C") END
  FROM pg_catalog.pg_roles r
 WHERE r.rolname !~ '^pg_'
 ORDER BY r.rolname::text COLLATE pg_catalog."C"
