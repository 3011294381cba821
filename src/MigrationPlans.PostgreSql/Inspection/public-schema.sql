-- What is said of the schema public: a row, or none where it was dropped. pg_namespace; 12 to 18. Below 15 it is the bootstrap
-- superuser's (oid 10), from 15 on pg_database_owner's (oid 6171).
WITH granted AS (
  SELECT COALESCE(r.rolname::text, '') COLLATE pg_catalog."C" AS role,
         pg_catalog.string_agg(DISTINCT a.privilege_type || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, ', '
                               ORDER BY a.privilege_type || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS privileges
    FROM pg_catalog.pg_namespace n
   CROSS JOIN LATERAL pg_catalog.aclexplode(COALESCE(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) a
    LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
   WHERE n.nspname = 'public' AND a.grantee <> n.nspowner
   GROUP BY 1
)
SELECT o.rolname::text,
       n.nspowner = CASE WHEN pg_catalog.current_setting('server_version_num')::int4 < 150000 THEN 10 ELSE 6171 END,
       o.rolsuper AND NOT login.rolsuper AND NOT pg_catalog.pg_has_role(o.oid, 'USAGE'),
       NULLIF(pg_catalog.obj_description(n.oid, 'pg_namespace'), 'standard public schema'),
       ARRAY(SELECT g.role FROM granted g ORDER BY g.role), ARRAY(SELECT g.privileges FROM granted g ORDER BY g.role)
  FROM pg_catalog.pg_namespace n
  JOIN pg_catalog.pg_roles o ON o.oid = n.nspowner
  JOIN pg_catalog.pg_roles login ON login.rolname = current_user
 WHERE n.nspname = 'public'
