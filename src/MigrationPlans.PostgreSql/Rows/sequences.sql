-- Sequences, identity ones included, why the login can't read one and whether it may set it, its extension and the table whose rows it numbers; of an extension's those that its configuration names, and those that number the rows of
-- tables which are all the user's: extensions forget to name these (the topologies of PostGIS, pgq's queues). pg_class, pg_extension, pg_depend; 12 to 18.
SELECT n.nspname::text, c.relname::text,
       CASE WHEN NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE') THEN 'the login may not use the schema'
            WHEN NOT pg_catalog.has_sequence_privilege(c.oid, 'SELECT') THEN 'the login may not read it'
            WHEN c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery() THEN 'a read replica can''t read an unlogged sequence' END,
       pg_catalog.has_sequence_privilege(c.oid, 'UPDATE'),
       (SELECT x.extname::text FROM pg_catalog.pg_depend e JOIN pg_catalog.pg_extension x ON x.oid = e.refobjid WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'),
       t.nspname::text, t.relname::text, c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery()
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN LATERAL (SELECT r.relname, s.nspname FROM pg_catalog.pg_depend o JOIN pg_catalog.pg_class r ON r.oid = o.refobjid JOIN pg_catalog.pg_namespace s ON s.oid = r.relnamespace
                      WHERE o.classid = 'pg_catalog.pg_class'::regclass AND o.objid = c.oid AND o.refclassid = 'pg_catalog.pg_class'::regclass AND o.deptype IN ('a', 'i') LIMIT 1) t ON true
 WHERE c.relkind = 'S' AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e JOIN pg_catalog.pg_extension x ON x.oid = e.refobjid
                    WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e' AND NOT c.oid = ANY (COALESCE(x.extconfig, '{}'))
                      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend o WHERE o.classid = 'pg_catalog.pg_class'::regclass AND o.objid = c.oid AND o.refclassid = 'pg_catalog.pg_class'::regclass
                                         AND o.deptype IN ('a', 'i') AND x.extcondition[pg_catalog.array_position(x.extconfig, o.refobjid)] = ''))
 ORDER BY n.nspname::text COLLATE pg_catalog."C", c.relname::text COLLATE pg_catalog."C"
