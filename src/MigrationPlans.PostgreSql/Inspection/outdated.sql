-- What newer servers refuse, or take for something else: from which version on, kind, schema, table (null where it is of none), name. 12 to 18.
-- From 14 on, functions over arrays take anycompatiblearray: an aggregate or operator over their former signature finds none. From 16 on, a column that a
-- table inherits is generated where its parent's is, and only there. From 17 on, a partition has its root's identity columns and none of its own. From 18 on, NOT NULL is inherited. pg_aggregate, pg_operator, pg_inherits; what extensions
-- bring is theirs.
WITH former AS (
  SELECT pg_catalog.to_regprocedure('pg_catalog.' || f) AS oid
    FROM pg_catalog.unnest(ARRAY['array_append(anyarray,anyelement)', 'array_cat(anyarray,anyarray)', 'array_prepend(anyelement,anyarray)', 'array_remove(anyarray,anyelement)',
      'array_replace(anyarray,anyelement,anyelement)', 'array_position(anyarray,anyelement)', 'array_position(anyarray,anyelement,integer)', 'array_positions(anyarray,anyelement)',
      'width_bucket(anyelement,anyarray)']) f
), found AS (
  SELECT 'pg_catalog.pg_proc'::regclass AS class, p.oid, p.pronamespace AS space
    FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid
   WHERE a.aggtranstype IN ('anyarray'::regtype, 'anyelement'::regtype)
     AND EXISTS (SELECT FROM former f WHERE f.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn))
  UNION ALL
  SELECT 'pg_catalog.pg_operator'::regclass, o.oid, o.oprnamespace FROM pg_catalog.pg_operator o JOIN former f ON f.oid = o.oprcode
   WHERE o.oprleft IN ('anyarray'::regtype, 'anyelement'::regtype)
)
SELECT 14, i.type, n.nspname::text, NULL::text, i.identity
  FROM found f JOIN pg_catalog.pg_namespace n ON n.oid = f.space CROSS JOIN LATERAL pg_catalog.pg_identify_object(f.class, f.oid, 0) i
 WHERE f.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = f.class AND d.objid = f.oid AND d.deptype = 'e')
UNION ALL
SELECT DISTINCT 16, 'generated column', n.nspname::text, c.relname::text, pg_catalog.format('%s of %s.%s', a.attname, n.nspname, c.relname)
  FROM pg_catalog.pg_inherits h
  JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND c.relkind IN ('r', 'p', 'f')
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute b ON b.attrelid = h.inhparent AND b.attnum > 0 AND NOT b.attisdropped AND b.attgenerated = ''
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = b.attname AND NOT a.attisdropped AND a.attgenerated <> ''
 WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 17, 'identity column', n.nspname::text, c.relname::text, pg_catalog.format('%s of %s.%s', a.attname, n.nspname, c.relname)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity <> ''
 WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384
UNION ALL
SELECT DISTINCT 18, 'column', n.nspname::text, c.relname::text, pg_catalog.format('%s of %s.%s', a.attname, n.nspname, c.relname)
  FROM pg_catalog.pg_inherits h
  JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND c.relkind IN ('r', 'f') AND NOT c.relispartition
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute b ON b.attrelid = h.inhparent AND b.attnum > 0 AND NOT b.attisdropped AND b.attnotnull
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = b.attname AND NOT a.attisdropped AND NOT a.attnotnull
 WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY 1, 2, 5
