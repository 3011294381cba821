-- Whether our login will not be able to connect on its own: no superuser, not the owner, nothing to PUBLIC or to itself.
-- pg_database; 12 to 18.
SELECT NOT r.rolsuper AND d.datdba <> r.oid
       AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(COALESCE(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
                        WHERE a.privilege_type = 'CONNECT' AND a.grantee IN (0, r.oid))
  FROM pg_catalog.pg_database d, pg_catalog.pg_roles r
 WHERE d.datname = pg_catalog.current_database() AND r.rolname = current_user
