-- Materialized views, what each view and materialized view reads, and whether row security applies to its owner. pg_class, pg_rewrite,
-- pg_depend, pg_roles; 12 to 18.
SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relkind = 'm', c.relispopulated, c.relpages::int8,
       ARRAY(SELECT DISTINCT d.refobjid::int8
               FROM pg_catalog.pg_rewrite w
               JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid
               JOIN pg_catalog.pg_class u ON u.oid = d.refobjid AND u.relkind IN ('v', 'm')
              WHERE w.ev_class = c.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> c.oid),
       NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = c.relowner AND (r.rolsuper OR r.rolbypassrls))
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('v', 'm') AND c.oid >= 16384
 ORDER BY n.nspname::text COLLATE pg_catalog."C", c.relname::text COLLATE pg_catalog."C"
