-- Foreign keys, triggers and identity columns, those that partitions have by their tables too, each with itself and all of those that it follows from, and the table that has that one. A key
-- with the table that it refers to. Ids are catalog and oid in one, as in needs.sql. pg_constraint, pg_trigger, pg_depend; 12 to 18.
WITH RECURSIVE key (oid, above) AS (
  SELECT k.oid, k.oid FROM pg_catalog.pg_constraint k WHERE k.contype = 'f'
   UNION ALL SELECT u.oid, k.conparentid FROM key u JOIN pg_catalog.pg_constraint k ON k.oid = u.above WHERE k.conparentid <> 0
), trig (oid, above) AS (
  SELECT t.oid, t.oid FROM pg_catalog.pg_trigger t
   UNION ALL
  SELECT u.oid, d.refobjid FROM trig u JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_trigger'::regclass AND d.refclassid = 'pg_catalog.pg_trigger'::regclass AND d.objid = u.above AND d.deptype = 'P'
)
SELECT 'pg_catalog.pg_constraint'::regclass::int8 * 4294967296 + u.oid::int8, 'pg_catalog.pg_constraint'::regclass::int8 * 4294967296 + u.above::int8, n.nspname::text, c.relname::text, m.nspname::text, f.relname::text
  FROM key u
  JOIN pg_catalog.pg_constraint k ON k.oid = u.above
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class f ON f.oid = k.confrelid JOIN pg_catalog.pg_namespace m ON m.oid = f.relnamespace
UNION ALL
SELECT 'pg_catalog.pg_trigger'::regclass::int8 * 4294967296 + u.oid::int8, 'pg_catalog.pg_trigger'::regclass::int8 * 4294967296 + u.above::int8, n.nspname::text, c.relname::text, NULL, NULL
  FROM trig u
  JOIN pg_catalog.pg_trigger t ON t.oid = u.above AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.oid = t.tgconstraint AND k.contype = 'f')
  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
UNION ALL
-- Of the columns that make a partition's identity, which it has by its table, from 17 on.
SELECT 'pg_catalog.pg_attribute'::regclass::int8 * 4294967296 + p.oid::int8, 'pg_catalog.pg_class'::regclass::int8 * 4294967296 + c.oid::int8, n.nspname::text, c.relname::text, NULL, NULL
  FROM pg_catalog.pg_class p CROSS JOIN LATERAL pg_catalog.pg_partition_ancestors(p.oid) a
  JOIN pg_catalog.pg_class c ON c.oid = a.relid AND c.oid <> p.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE p.relispartition AND p.relkind IN ('r', 'p', 'f') AND p.oid IN (SELECT t.attrelid FROM pg_catalog.pg_attribute t WHERE t.attidentity <> '')
