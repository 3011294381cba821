-- What belongs to a database itself. pg_database, pg_shdescription, pg_db_role_setting, pg_shseclabel; 12 to 18.
-- First result: the row. Second: privileges, by grantee ('' is PUBLIC), with who gave them where that is not the owner. Third: settings, by role ('' is all). Fourth: security labels.
SELECT r.rolname::text, d.datconnlimit, pg_catalog.shobj_description(d.oid, 'pg_database'), d.datistemplate
  FROM pg_catalog.pg_database d JOIN pg_catalog.pg_roles r ON r.oid = d.datdba
 WHERE d.datname = pg_catalog.current_database();
SELECT COALESCE(r.rolname::text, ''), a.privilege_type, pg_catalog.bool_or(a.is_grantable), CASE WHEN a.grantor <> d.datdba THEN pg_catalog.pg_get_userbyid(a.grantor)::text END
  FROM pg_catalog.pg_database d
 CROSS JOIN LATERAL pg_catalog.aclexplode(COALESCE(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
 WHERE d.datname = pg_catalog.current_database() AND (a.grantee = 0 OR r.oid IS NOT NULL)
 GROUP BY 1, 2, 4 ORDER BY 1, 2, 4;
SELECT COALESCE(r.rolname::text, ''), c.setting
  FROM pg_catalog.pg_db_role_setting s
  JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
 CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting)
 WHERE d.datname = pg_catalog.current_database()
 ORDER BY 1, 2;
SELECT l.provider, l.label
  FROM pg_catalog.pg_shseclabel l JOIN pg_catalog.pg_database d ON d.oid = l.objoid
 WHERE l.classoid = 'pg_catalog.pg_database'::regclass AND d.datname = pg_catalog.current_database()
 ORDER BY 1
