-- What a materialized view reads and whoever it reads it as may not: its owner and, behind a view, the owner of that, unless the view reads as who asks it (from 15 on).
-- Without what the reader has columns of: to take SELECT back takes these, too. pg_class, pg_rewrite, pg_depend; 12 to 18.
WITH RECURSIVE reads (reader, relation, kind) AS (
  SELECT m.relowner, m.oid, m.relkind FROM pg_catalog.pg_class m WHERE m.oid = $1::pg_catalog.regclass
  UNION
  SELECT CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_options_to_table(c.reloptions) o WHERE o.option_name = 'security_invoker' AND o.option_value::bool) THEN r.reader ELSE c.relowner END, u.oid, u.relkind
    FROM reads r
    JOIN pg_catalog.pg_class c ON c.oid = r.relation AND (c.relkind = 'v' OR c.oid = $1::pg_catalog.regclass)
    JOIN pg_catalog.pg_rewrite w ON w.ev_class = c.oid
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> c.oid
    JOIN pg_catalog.pg_class u ON u.oid = d.refobjid
)
SELECT o.rolname::text, n.nspname::text, c.relname::text
  FROM reads r
  JOIN pg_catalog.pg_class c ON c.oid = r.relation
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_roles o ON o.oid = r.reader
 WHERE NOT pg_catalog.has_table_privilege(r.reader, r.relation, 'SELECT') AND NOT pg_catalog.has_any_column_privilege(r.reader, r.relation, 'SELECT')
 ORDER BY 2, 3, 1
