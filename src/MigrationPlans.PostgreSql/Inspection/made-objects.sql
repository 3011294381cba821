-- Objects with their owner and privileges (one row for those of each column), without what the server and its extensions make, and below 15 without the schema public where it still
-- is the bootstrap superuser's (oid 10), as in every new database. Large objects aside, which can be millions. Given: those to which an owner, and rights, are given by the run. What is shared by referenced-roles.sql and role-uses.sql, which go on from here; 12 to 18.
WITH held AS (
  SELECT c.tableoid AS class, c.oid, c.relnamespace AS namespace, c.relowner AS owner, c.relacl AS acl FROM pg_catalog.pg_class c
    -- An index belongs to whoever has its table, which an extension may bring.
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
), made AS (
  SELECT h.class, h.oid, n.nspname, h.owner, h.acl
    FROM held h
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = h.namespace
   WHERE (h.oid >= 16384 OR (h.class = 'pg_catalog.pg_namespace'::regclass AND n.nspname = 'public'
                             AND (h.owner <> 10 OR pg_catalog.current_setting('server_version_num')::int4 >= 150000)))
     AND (n.nspname IS NULL OR n.nspname !~ '^pg_')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = h.class AND e.objid = h.oid
                        -- Types of arrays and of rows, and constructors of ranges, go with what they are made for.
                        AND (e.deptype = 'e' OR (e.deptype = 'i' AND e.classid IN ('pg_catalog.pg_type'::regclass, 'pg_catalog.pg_proc'::regclass))))
), given AS (
  -- What nobody but a superuser can make, and publications, have ways of their own; so has the schema public.
  SELECT m.owner, m.nspname, m.class, m.oid, m.acl
    FROM made m
   WHERE m.class NOT IN ('pg_catalog.pg_language'::regclass, 'pg_catalog.pg_foreign_data_wrapper'::regclass, 'pg_catalog.pg_event_trigger'::regclass,
                         'pg_catalog.pg_publication'::regclass)
     AND NOT (m.class = 'pg_catalog.pg_namespace'::regclass AND m.nspname = 'public')
)
