-- One row about what is hard to carry over; 12 to 18. pg_largeobject_metadata, pg_user_mappings, pg_inherits, and the catalogs of objects
-- that only superusers create. Large objects are looked at by owner and privileges, of which there are few, not one by one.
WITH RECURSIVE own AS (
  SELECT r.oid, r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
), member AS (
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d WHERE d.deptype IN ('e', 'i')
), mighty AS (
  SELECT 'function' AS kind, p.pronamespace AS space, 'pg_catalog.pg_proc'::regclass::oid AS class, p.oid
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
   WHERE p.prokind <> 'a' AND (NOT l.lanpltrusted AND l.lanname <> 'sql' OR p.proleakproof OR p.prosupport <> 0)
  UNION ALL SELECT 'aggregate', p.pronamespace, 'pg_catalog.pg_proc'::regclass, p.oid
    FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid WHERE a.aggtranstype = 2281 OR a.aggmtranstype = 2281
  UNION ALL SELECT 'type', t.typnamespace, 'pg_catalog.pg_type'::regclass, t.oid
    FROM pg_catalog.pg_type t WHERE (t.typtype = 'b' OR NOT t.typisdefined) AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid)
  UNION ALL SELECT 'operator class', c.opcnamespace, 'pg_catalog.pg_opclass'::regclass, c.oid FROM pg_catalog.pg_opclass c
  UNION ALL SELECT 'operator family', f.opfnamespace, 'pg_catalog.pg_opfamily'::regclass, f.oid FROM pg_catalog.pg_opfamily f
  UNION ALL SELECT 'text search parser', s.prsnamespace, 'pg_catalog.pg_ts_parser'::regclass, s.oid FROM pg_catalog.pg_ts_parser s
  UNION ALL SELECT 'text search template', s.tmplnamespace, 'pg_catalog.pg_ts_template'::regclass, s.oid FROM pg_catalog.pg_ts_template s
  UNION ALL SELECT 'cast', NULL, 'pg_catalog.pg_cast'::regclass, c.oid FROM pg_catalog.pg_cast c WHERE c.castmethod = 'b'
      -- Otherwise whoever owns a type of it, or the type of a transform: nobody but a superuser those of the server.
      OR (c.castsource < 16384 AND c.casttarget < 16384)
  UNION ALL SELECT 'transform', NULL, 'pg_catalog.pg_transform'::regclass, t.oid FROM pg_catalog.pg_transform t WHERE t.trftype < 16384
  UNION ALL SELECT 'language', NULL, 'pg_catalog.pg_language'::regclass, l.oid FROM pg_catalog.pg_language l
  UNION ALL SELECT 'access method', NULL, 'pg_catalog.pg_am'::regclass, a.oid FROM pg_catalog.pg_am a
  UNION ALL SELECT 'event trigger', NULL, 'pg_catalog.pg_event_trigger'::regclass, e.oid FROM pg_catalog.pg_event_trigger e
  UNION ALL SELECT 'foreign-data wrapper', NULL, 'pg_catalog.pg_foreign_data_wrapper'::regclass, w.oid FROM pg_catalog.pg_foreign_data_wrapper w
), found AS (
  SELECT m.kind, COALESCE(n.nspname::text, '') AS schema, i.identity AS name
    FROM mighty m LEFT JOIN pg_catalog.pg_namespace n ON n.oid = m.space
   CROSS JOIN LATERAL pg_catalog.pg_identify_object(m.class, m.oid, 0) i
   WHERE m.oid >= 16384 AND COALESCE(n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger'), true)
     AND NOT EXISTS (SELECT FROM member x WHERE x.classid = m.class AND x.objid = m.oid)
), parameter AS (
  -- Of names with a dot that no loaded module knows.
  SELECT n.nspname::text AS schema, i.identity AS function, pg_catalog.split_part(s.setting, '=', 1) AS name
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
   CROSS JOIN LATERAL pg_catalog.unnest(p.proconfig) s (setting)
   CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.pg_proc'::regclass, p.oid, 0) i
   WHERE p.oid >= 16384 AND NOT EXISTS (SELECT FROM member x WHERE x.classid = 'pg_catalog.pg_proc'::regclass AND x.objid = p.oid)
     AND pg_catalog.split_part(s.setting, '=', 1) LIKE '%.%' AND pg_catalog.split_part(s.setting, '=', 1) NOT IN (SELECT k.name FROM pg_catalog.pg_settings k)
), reordered AS (
  -- pg_dump puts inherited columns first, in the parents' order; partitions are attached as they are.
  SELECT c.reltype, n.nspname || '.' || c.relname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE NOT c.relispartition AND c.oid IN (SELECT i.inhrelid FROM pg_catalog.pg_inherits i) AND c.relkind IN ('r', 'f')
     AND (SELECT pg_catalog.array_agg(x.attname ORDER BY x.attnum) <> pg_catalog.array_agg(x.attname ORDER BY x.parent, x.place)
            FROM (SELECT a.attname, a.attnum, COALESCE(p.parent, 2147483647) AS parent, COALESCE(p.place, a.attnum) AS place
                    FROM pg_catalog.pg_attribute a
                    LEFT JOIN LATERAL (
                         SELECT i.inhseqno AS parent, b.attnum AS place FROM pg_catalog.pg_inherits i
                           JOIN pg_catalog.pg_attribute b ON b.attrelid = i.inhparent AND b.attname = a.attname AND NOT b.attisdropped
                          WHERE i.inhrelid = c.oid ORDER BY 1, 2 LIMIT 1) p ON true
                   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) x)
), holding (type, origin) AS (
  -- Types of which values of such a row type are a part: arrays, domains, composites and other tables' row types, ranges.
  SELECT o.reltype, o.name FROM reordered o
  UNION
  SELECT w.type, h.origin FROM holding h CROSS JOIN LATERAL (
    SELECT t.oid AS type FROM pg_catalog.pg_type t WHERE t.typelem = h.type OR t.typbasetype = h.type
    UNION ALL SELECT c.reltype FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
     WHERE a.atttypid = h.type AND a.attnum > 0 AND NOT a.attisdropped AND c.reltype <> 0
    UNION ALL SELECT r.rngtypid FROM pg_catalog.pg_range r WHERE r.rngsubtype = h.type
    UNION ALL SELECT (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::oid FROM pg_catalog.pg_range r WHERE r.rngtypid = h.type AND pg_catalog.to_jsonb(r) ? 'rngmultitypid'
  ) w
), held AS (
  -- Columns with values; generated ones are computed anew.
  SELECT n.nspname::text AS schema, c.relname::text AS name, a.attname::text, pg_catalog.min(h.origin) AS origin,
         pg_catalog.row_number() OVER (ORDER BY n.nspname, c.relname, a.attnum) AS place
    FROM holding h JOIN pg_catalog.pg_attribute a ON a.atttypid = h.type AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.relpersistence <> 't' JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE pg_catalog.pg_relation_size(c.oid) > 0
   GROUP BY n.nspname, c.relname, a.attname, a.attnum
)
SELECT COALESCE((SELECT pg_catalog.sum(g.count) FROM (
           SELECT pg_catalog.count(*) AS count, l.lomowner, l.lomacl FROM pg_catalog.pg_largeobject_metadata l GROUP BY l.lomowner, l.lomacl::text, l.lomacl) g, own
         WHERE NOT own.rolsuper AND pg_catalog.current_setting('lo_compat_privileges') <> 'on'
           AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(COALESCE(g.lomacl, pg_catalog.acldefault('L', g.lomowner))) a
                            WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_catalog.pg_has_role(own.oid, a.grantee, 'USAGE')))), 0)::int8,
       ARRAY(SELECT u.srvname || ' for ' || CASE WHEN u.umuser = 0 THEN 'PUBLIC' ELSE u.usename END
               FROM pg_catalog.pg_user_mappings u, own, pg_catalog.pg_foreign_server s
              WHERE s.oid = u.srvid AND u.umoptions IS NULL AND NOT own.rolsuper
                AND NOT (u.umuser = own.oid AND (pg_catalog.pg_has_role(own.oid, s.srvowner, 'USAGE') OR pg_catalog.has_server_privilege(own.oid, s.oid, 'USAGE')))
                AND NOT (u.umuser = 0 AND pg_catalog.pg_has_role(own.oid, s.srvowner, 'USAGE'))
              ORDER BY 1),
       ARRAY(SELECT o.name FROM reordered o ORDER BY 1),
       ARRAY(SELECT f.kind FROM found f ORDER BY f.kind, f.name), ARRAY(SELECT f.schema FROM found f ORDER BY f.kind, f.name), ARRAY(SELECT f.name FROM found f ORDER BY f.kind, f.name),
       ARRAY(SELECT v.schema FROM held v ORDER BY v.place), ARRAY(SELECT v.name FROM held v ORDER BY v.place), ARRAY(SELECT v.attname FROM held v ORDER BY v.place), ARRAY(SELECT v.origin FROM held v ORDER BY v.place),
       ARRAY(SELECT p.schema FROM parameter p ORDER BY p.function, p.name), ARRAY(SELECT p.function FROM parameter p ORDER BY p.function, p.name), ARRAY(SELECT p.name FROM parameter p ORDER BY p.function, p.name)
