-- Tables and views, and every object that needs another: what a pick must know to tell which of them can come along. pg_depend; 12 to 18.
-- An object's own parts count as the object: a view's rule, a default, a check, a table's row type, an array's element. Ids are catalog and oid in one.
-- The server identifies an object by quoted names.
WITH own AS (
  SELECT 'pg_catalog.pg_type'::regclass::oid AS class, t.oid, 'pg_catalog.pg_class'::regclass::oid AS rep_class, c.oid AS rep_oid
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND c.relkind <> 'c'
  UNION ALL SELECT 'pg_catalog.pg_type'::regclass, t.typarray, CASE WHEN c.oid IS NULL THEN 'pg_catalog.pg_type'::regclass ELSE 'pg_catalog.pg_class'::regclass END, COALESCE(c.oid, t.oid)
    FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND c.relkind <> 'c' WHERE t.typarray <> 0
  UNION ALL SELECT 'pg_catalog.pg_class'::regclass, c.oid, 'pg_catalog.pg_type'::regclass, c.reltype FROM pg_catalog.pg_class c WHERE c.relkind = 'c'
  UNION ALL SELECT 'pg_catalog.pg_rewrite'::regclass, w.oid, 'pg_catalog.pg_class'::regclass, w.ev_class FROM pg_catalog.pg_rewrite w WHERE w.rulename = '_RETURN'
  UNION ALL SELECT 'pg_catalog.pg_attrdef'::regclass, a.oid, 'pg_catalog.pg_class'::regclass, a.adrelid FROM pg_catalog.pg_attrdef a
  UNION ALL SELECT 'pg_catalog.pg_constraint'::regclass, k.oid, CASE WHEN k.conrelid <> 0 THEN 'pg_catalog.pg_class'::regclass ELSE 'pg_catalog.pg_type'::regclass END, COALESCE(NULLIF(k.conrelid, 0), k.contypid)
    FROM pg_catalog.pg_constraint k WHERE k.contype = 'c'
  -- An identity column's sequence is its table's; one that a column owns can come without it.
  UNION ALL SELECT d.classid, d.objid, d.refclassid, d.refobjid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = d.classid AND d.refobjsubid > 0 AND d.deptype = 'i'
  -- As pg_dump has it.
  UNION ALL SELECT 'pg_catalog.pg_amop'::regclass, o.oid, 'pg_catalog.pg_opfamily'::regclass, o.amopfamily FROM pg_catalog.pg_amop o
  UNION ALL SELECT 'pg_catalog.pg_amproc'::regclass, p.oid, 'pg_catalog.pg_opfamily'::regclass, p.amprocfamily FROM pg_catalog.pg_amproc p
), owned AS (
  SELECT d.objid AS oid, d.refobjid AS relation, c.relname AS name FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
   WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = d.classid AND d.refobjsubid > 0 AND d.deptype = 'a'
), edge AS (
  SELECT DISTINCT COALESCE(o.rep_class, d.classid) AS class, COALESCE(o.rep_oid, d.objid) AS oid, COALESCE(r.rep_class, d.refclassid)::int8 * 4294967296 + COALESCE(r.rep_oid, d.refobjid)::int8 AS need
    FROM pg_catalog.pg_depend d
    LEFT JOIN own o ON o.class = d.classid AND o.oid = d.objid
    LEFT JOIN own r ON r.class = d.refclassid AND r.oid = d.refobjid
   WHERE d.deptype IN ('n', 'a', 'i') AND d.objid >= 16384 AND d.refobjid >= 16384
     AND d.classid <> 'pg_catalog.pg_default_acl'::regclass
     AND NOT (d.deptype = 'i' AND d.classid IN ('pg_catalog.pg_amop'::regclass, 'pg_catalog.pg_amproc'::regclass))
     AND NOT (d.deptype = 'a' AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid IN (SELECT w.oid FROM owned w))
), needs AS (
  SELECT e.class, e.oid, pg_catalog.array_agg(e.need ORDER BY e.need) AS needs FROM edge e WHERE e.need <> e.class::int8 * 4294967296 + e.oid::int8 GROUP BY 1, 2
), relation AS (
  SELECT c.oid, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind, n.nspname::text AS schema, c.relname::text AS name,
         CASE WHEN c.relispartition THEN (SELECT 'pg_catalog.pg_class'::regclass::int8 * 4294967296 + i.inhparent::int8 FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) END AS root
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
), part AS (
  SELECT 'pg_catalog.pg_trigger'::regclass::oid AS class, t.oid, t.tgrelid AS relation, 'trigger' AS kind, t.tgname AS name FROM pg_catalog.pg_trigger t WHERE NOT t.tgisinternal
  UNION ALL SELECT 'pg_catalog.pg_rewrite'::regclass, w.oid, w.ev_class, 'rule', w.rulename FROM pg_catalog.pg_rewrite w WHERE w.rulename <> '_RETURN'
  UNION ALL SELECT 'pg_catalog.pg_policy'::regclass, p.oid, p.polrelid, 'policy', p.polname FROM pg_catalog.pg_policy p
  UNION ALL SELECT 'pg_catalog.pg_class'::regclass, i.indexrelid, i.indrelid, 'index', c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::regclass, s.oid, s.stxrelid, 'statistics object', s.stxname FROM pg_catalog.pg_statistic_ext s
  UNION ALL SELECT 'pg_catalog.pg_class'::regclass, w.oid, w.relation, 'sequence', w.name FROM owned w
), other AS (
  SELECT s.class, s.oid, i.type AS kind, (pg_catalog.parse_ident(i.schema))[1] AS schema, i.identity AS name
    FROM (SELECT x.class, x.oid FROM needs x WHERE x.class IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_operator'::regclass, 'pg_catalog.pg_opclass'::regclass,
                                                               'pg_catalog.pg_opfamily'::regclass, 'pg_catalog.pg_conversion'::regclass, 'pg_catalog.pg_ts_config'::regclass,
                                                               'pg_catalog.pg_ts_dict'::regclass, 'pg_catalog.pg_ts_parser'::regclass, 'pg_catalog.pg_ts_template'::regclass)
          -- From a range to its multirange: made by the server.
          UNION SELECT 'pg_catalog.pg_cast'::regclass, c.oid FROM pg_catalog.pg_cast c
                 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'i')
          -- Types and functions of casts, which bring them along: in the schema public they need nothing.
          UNION SELECT t.class, t.oid FROM edge e
                  JOIN (SELECT 'pg_catalog.pg_type'::regclass::oid AS class, y.oid FROM pg_catalog.pg_type y UNION ALL SELECT 'pg_catalog.pg_proc'::regclass, p.oid FROM pg_catalog.pg_proc p) t
                    ON e.need = t.class::int8 * 4294967296 + t.oid::int8
                 WHERE e.class = 'pg_catalog.pg_cast'::regclass
          UNION SELECT 'pg_catalog.pg_event_trigger'::regclass, e.oid FROM pg_catalog.pg_event_trigger e
          UNION SELECT 'pg_catalog.pg_foreign_server'::regclass, v.oid FROM pg_catalog.pg_foreign_server v
          UNION SELECT 'pg_catalog.pg_foreign_data_wrapper'::regclass, w.oid FROM pg_catalog.pg_foreign_data_wrapper w
          UNION SELECT 'pg_catalog.pg_default_acl'::regclass, d.oid FROM pg_catalog.pg_default_acl d WHERE d.defaclnamespace = 0) s
   CROSS JOIN LATERAL pg_catalog.pg_identify_object(s.class, s.oid, 0) i
   WHERE s.oid >= 16384
), object AS (
  SELECT 'pg_catalog.pg_class'::regclass::oid AS class, r.oid, r.kind, r.schema, r.name, NULL::int8 AS relation, r.root FROM relation r
  UNION ALL SELECT p.class, p.oid, p.kind, r.schema, p.name || ' of ' || r.schema || '.' || r.name, 'pg_catalog.pg_class'::regclass::int8 * 4294967296 + p.relation::int8, NULL FROM part p JOIN relation r ON r.oid = p.relation
  UNION ALL SELECT o.class, o.oid, o.kind, o.schema, o.name, NULL, NULL FROM other o
)
SELECT o.class::int8 * 4294967296 + o.oid::int8, o.kind, o.schema, o.name, o.relation, o.root, COALESCE(n.needs, '{}')
  FROM object o LEFT JOIN needs n ON n.class = o.class AND n.oid = o.oid
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype = 'e')
 ORDER BY o.schema COLLATE pg_catalog."C" NULLS FIRST, o.kind, o.name COLLATE pg_catalog."C"
