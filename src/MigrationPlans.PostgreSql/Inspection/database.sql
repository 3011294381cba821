-- One row about the database itself; 12 to 18. Oids from 16384 on are not the server's own; 'e' dependencies belong to extensions.
SELECT d.datname::text, r.rolname::text, pg_catalog.pg_encoding_to_char(d.encoding)::text, d.datcollate::text, d.datctype::text,
       CASE j.row ->> 'datlocprovider' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
       COALESCE(j.row ->> 'datlocale', j.row ->> 'daticulocale'), d.datconnlimit, j.row ->> 'daticurules',
       (SELECT t.spcname::text FROM pg_catalog.pg_tablespace t WHERE t.oid = d.dattablespace AND t.spcname <> 'pg_default'),
       pg_catalog.to_regclass('migplan_ledger.owner') IS NOT NULL,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata),
       (SELECT pg_catalog.count(*)::int4 FROM pg_catalog.pg_stat_activity a
         WHERE a.datname = d.datname AND a.pid <> pg_catalog.pg_backend_pid() AND a.xact_start < pg_catalog.now() - interval '1 minute'),
       ARRAY(SELECT p.pubname::text FROM pg_catalog.pg_publication p ORDER BY p.pubname::text COLLATE pg_catalog."C"),
       ARRAY(SELECT s.subname::text FROM pg_catalog.pg_subscription s WHERE s.subdbid = d.oid ORDER BY s.subname::text COLLATE pg_catalog."C"),
       ARRAY(SELECT s.srvname::text FROM pg_catalog.pg_foreign_server s ORDER BY s.srvname::text COLLATE pg_catalog."C"),
       ARRAY(SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_index i
               JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname !~ '^pg_' ORDER BY 1),
       ARRAY(SELECT n.nspname::text FROM pg_catalog.pg_namespace n
              WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e')
              ORDER BY n.nspname::text COLLATE pg_catalog."C"),
       -- Empty but for extensions: nothing in any schema that is not a member of one, or made with something that is looked at by itself. Schemas that hold nothing came with extensions where
       -- there are any: those that they are in, or that their scripts leave to the user (tiger_data of PostGIS' geocoder).
       NOT (EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('public', 'information_schema', 'migplan_ledger')
                       AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname <> 'plpgsql'))
         OR EXISTS (SELECT FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.refobjid = n.oid AND d.deptype = 'n'
                     WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger') AND d.classid <> 'pg_catalog.pg_extension'::regclass
                       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype IN ('e', 'i')))
         OR EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)
         OR EXISTS (SELECT FROM pg_catalog.pg_publication)
         OR EXISTS (SELECT FROM (SELECT t.tableoid, t.oid FROM pg_catalog.pg_event_trigger t UNION ALL SELECT w.tableoid, w.oid FROM pg_catalog.pg_foreign_data_wrapper w
                                 UNION ALL SELECT s.tableoid, s.oid FROM pg_catalog.pg_foreign_server s) o
                     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = o.tableoid AND e.objid = o.oid AND e.deptype = 'e'))),
       (SELECT COALESCE(pg_catalog.max(EXTRACT(epoch FROM pg_catalog.now() - a.xact_start)), 0)::int8 FROM pg_catalog.pg_stat_activity a
         WHERE a.datname = d.datname AND a.pid <> pg_catalog.pg_backend_pid() AND a.xact_start < pg_catalog.now() - interval '1 minute'),
       (SELECT pg_catalog.count(*)::int4 FROM pg_catalog.pg_prepared_xacts x WHERE x.database = d.datname),
       pg_catalog.pg_total_relation_size('pg_catalog.pg_largeobject'::regclass),
       ARRAY(SELECT pg_catalog.pg_get_userbyid(s.subowner)::text FROM pg_catalog.pg_subscription s WHERE s.subdbid = d.oid ORDER BY s.subname::text COLLATE pg_catalog."C"),
       pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT'),
       ARRAY(SELECT pg_catalog.split_part(c.setting, '=', 1) || COALESCE(' of ' || o.rolname, '') FROM pg_catalog.pg_db_role_setting s LEFT JOIN pg_catalog.pg_roles o ON o.oid = s.setrole
              CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting) WHERE s.setdatabase = d.oid
             UNION SELECT 'default privileges of ' || pg_catalog.pg_get_userbyid(a.defaclrole) || CASE WHEN pg_catalog.pg_has_role(a.defaclrole, 'USAGE') THEN '' ELSE ' (where the login may)' END FROM pg_catalog.pg_default_acl a
                    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = a.tableoid AND e.objid = a.oid AND e.deptype = 'e') ORDER BY 1),
       d.oid, EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname <> 'plpgsql'),
       -- What only a superuser can own, each after its owner and \x01. Publications have schemas from 15 on.
       ARRAY(SELECT pg_catalog.pg_get_userbyid(o.owner)::text || E'\x01' || o.name
               FROM (SELECT t.tableoid AS class, t.oid, t.evtowner AS owner, 'event trigger ' || t.evtname AS name FROM pg_catalog.pg_event_trigger t
                     UNION ALL SELECT w.tableoid, w.oid, w.fdwowner, 'foreign-data wrapper ' || w.fdwname FROM pg_catalog.pg_foreign_data_wrapper w
                     UNION ALL SELECT p.tableoid, p.oid, p.pubowner, 'publication ' || p.pubname FROM pg_catalog.pg_publication p
                      WHERE p.puballtables OR EXISTS (SELECT FROM pg_catalog.pg_depend s WHERE s.classid = pg_catalog.to_regclass('pg_catalog.pg_publication_namespace') AND s.refclassid = p.tableoid AND s.refobjid = p.oid)) o
              WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype = 'e') ORDER BY 1),
       -- What PublicSchemaReset takes away: from 15 on it is pg_database_owner's (oid 6171), and PUBLIC may only use it.
       ARRAY(SELECT 'privileges of ' || COALESCE(g.rolname, 'PUBLIC') || ' on schema public' FROM pg_catalog.pg_namespace n CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) p LEFT JOIN pg_catalog.pg_roles g ON g.oid = p.grantee
                    WHERE n.nspname = 'public' AND pg_catalog.pg_has_role(n.nspowner, 'USAGE') AND p.grantee <> n.nspowner
                      AND (p.grantee <> 0 OR p.privilege_type <> 'USAGE' AND pg_catalog.current_setting('server_version_num')::int4 >= 150000)
             UNION SELECT 'owner ' || pg_catalog.pg_get_userbyid(n.nspowner) || ' of schema public' FROM pg_catalog.pg_namespace n
                    WHERE n.nspname = 'public' AND pg_catalog.pg_has_role(n.nspowner, 'USAGE') AND n.nspowner <> 6171 AND pg_catalog.current_setting('server_version_num')::int4 >= 150000 ORDER BY 1),
       ARRAY(SELECT s.subenabled FROM pg_catalog.pg_subscription s WHERE s.subdbid = d.oid ORDER BY s.subname::text COLLATE pg_catalog."C")
  FROM pg_catalog.pg_database d
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = d.datdba
 CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(d.*) - 'datacl' AS row) j
 WHERE d.datname = pg_catalog.current_database()
