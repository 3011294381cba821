-- The server and our login. pg_roles, pg_stat_activity (only pid and datid show without pg_read_all_stats); 12 to 18.
SELECT pg_catalog.current_setting('server_version_num')::int4,
       r.rolname::text, r.rolsuper, r.rolcreatedb, r.rolcreaterole,
       ARRAY(SELECT m.rolname::text FROM pg_catalog.pg_roles m
              WHERE m.oid <> r.oid AND pg_catalog.pg_has_role(r.oid, m.oid, 'USAGE') ORDER BY m.rolname::text COLLATE pg_catalog."C"),
       pg_catalog.current_setting('max_connections')::int4,
       -- reserved_connections: from 16 on.
       pg_catalog.current_setting('superuser_reserved_connections')::int4
         + COALESCE(pg_catalog.current_setting('reserved_connections', true)::int4, 0),
       -- Without those of ours that lie idle: they are taken again, or closed where there is no room.
       (SELECT pg_catalog.count(*)::int4 FROM pg_catalog.pg_stat_activity a
         WHERE a.datid IS NOT NULL AND (a.backend_type IS NULL OR a.backend_type = 'client backend')
           AND NOT (a.usename = current_user AND a.application_name = 'migplan' AND a.state IS NOT DISTINCT FROM 'idle')),
       pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT'),
       -- Of template0, which lets nobody in, the version must tell: from 15 on, public is the database's owner's.
       CASE WHEN pg_catalog.current_setting('server_version_num')::int4 < 150000 THEN
         (SELECT b.rolname::text FROM pg_catalog.pg_roles b WHERE b.oid = 10 AND b.rolsuper AND NOT r.rolsuper AND NOT pg_catalog.pg_has_role(r.oid, b.oid, 'USAGE')) END,
       ARRAY(SELECT p.rolname::text FROM pg_catalog.pg_roles p WHERE p.rolname ~ '^pg_' ORDER BY p.rolname::text COLLATE pg_catalog."C"),
       ARRAY(SELECT t.spcname::text FROM pg_catalog.pg_tablespace t WHERE pg_catalog.has_tablespace_privilege(t.oid, 'CREATE') ORDER BY t.spcname::text COLLATE pg_catalog."C"),
       -- From 16 on a membership may be without SET, which is a question of its own.
       ARRAY(SELECT m.rolname::text FROM pg_catalog.pg_roles m
              WHERE m.oid <> r.oid AND pg_catalog.pg_has_role(r.oid, m.oid, 'USAGE')
                AND NOT pg_catalog.pg_has_role(r.oid, m.oid, CASE WHEN pg_catalog.current_setting('server_version_num')::int4 < 160000 THEN 'MEMBER' ELSE 'SET' END)
              ORDER BY m.rolname::text COLLATE pg_catalog."C")
  FROM pg_catalog.pg_roles r
 WHERE r.rolname = current_user
