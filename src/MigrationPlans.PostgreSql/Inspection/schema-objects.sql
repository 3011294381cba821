-- What schemas hold beside tables and views, by kind: how many, and one of them. Sequences of columns go with their tables. 12 to 18.
SELECT n.nspname::text, o.kind, pg_catalog.count(*)::int4, pg_catalog.min(o.name COLLATE pg_catalog."C")
  FROM (SELECT p.pronamespace AS space, 'function' AS kind, p.proname::text AS name, 'pg_catalog.pg_proc'::regclass AS class, p.oid FROM pg_catalog.pg_proc p
        UNION ALL SELECT t.typnamespace, 'type', t.typname::text, 'pg_catalog.pg_type'::regclass, t.oid FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
                   WHERE (t.typrelid = 0 OR c.relkind = 'c') AND t.typtype IN ('e', 'd', 'c', 'r')
        UNION ALL SELECT c.relnamespace, 'sequence', c.relname::text, 'pg_catalog.pg_class'::regclass, c.oid FROM pg_catalog.pg_class c WHERE c.relkind = 'S'
                     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'a' AND d.refobjsubid > 0)
        UNION ALL SELECT o.oprnamespace, 'operator', o.oprname::text, 'pg_catalog.pg_operator'::regclass, o.oid FROM pg_catalog.pg_operator o
        UNION ALL SELECT o.opcnamespace, 'operator class', o.opcname::text, 'pg_catalog.pg_opclass'::regclass, o.oid FROM pg_catalog.pg_opclass o
        UNION ALL SELECT o.opfnamespace, 'operator family', o.opfname::text, 'pg_catalog.pg_opfamily'::regclass, o.oid FROM pg_catalog.pg_opfamily o
        UNION ALL SELECT c.connamespace, 'conversion', c.conname::text, 'pg_catalog.pg_conversion'::regclass, c.oid FROM pg_catalog.pg_conversion c
        UNION ALL SELECT c.collnamespace, 'collation', c.collname::text, 'pg_catalog.pg_collation'::regclass, c.oid FROM pg_catalog.pg_collation c
        UNION ALL SELECT c.cfgnamespace, 'text search configuration', c.cfgname::text, 'pg_catalog.pg_ts_config'::regclass, c.oid FROM pg_catalog.pg_ts_config c
        UNION ALL SELECT p.prsnamespace, 'text search parser', p.prsname::text, 'pg_catalog.pg_ts_parser'::regclass, p.oid FROM pg_catalog.pg_ts_parser p
        UNION ALL SELECT p.tmplnamespace, 'text search template', p.tmplname::text, 'pg_catalog.pg_ts_template'::regclass, p.oid FROM pg_catalog.pg_ts_template p
        UNION ALL SELECT d.dictnamespace, 'text search dictionary', d.dictname::text, 'pg_catalog.pg_ts_dict'::regclass, d.oid FROM pg_catalog.pg_ts_dict d) o
  JOIN pg_catalog.pg_namespace n ON n.oid = o.space
 WHERE o.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype IN ('e', 'i'))
 GROUP BY 1, 2 ORDER BY n.nspname::text COLLATE pg_catalog."C", 2
