-- What newer servers refuse, or take for something else: from which version on, kind, schema (null for what is in none), table (null where it is of none), name, and what of it newer versions have not any
-- more (null where the kind says it). 12 to 18.
-- From 14 on, functions over arrays take anycompatiblearray: an aggregate or operator over their former signature finds none. From 16 on, a column that a
-- table inherits is generated where its parent's is, and only there. From 17 on, a partition has its root's identity columns and none of its own. From 18 on, NOT NULL is inherited. pg_aggregate, pg_operator, pg_inherits; what extensions
-- bring is theirs. Of the server's own views pg_depend knows who reads which column; of its tables, functions and operators it does not, so there the parsed query of a view says it, which has the columns that it
-- reads of each table as a set of numbers (7 more than attnum); the same of expressions that must be immutable. A range type gets a multirange type from 14 on, whose name follows from its own.
WITH version AS (
  SELECT pg_catalog.current_setting('server_version_num')::int4 / 10000 AS major
), member AS (
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d WHERE d.deptype = 'e'
), dropped (since, space, relation, columns) AS (
  SELECT v.* FROM version, (VALUES
    (13, 'information_schema', 'sql_languages', ARRAY['sql_language_source', 'sql_language_year', 'sql_language_conformance', 'sql_language_integrity', 'sql_language_implementation', 'sql_language_binding_style', 'sql_language_programming_language']),
    (13, 'information_schema', 'sql_packages', ARRAY['feature_id', 'feature_name', 'is_supported', 'is_verified_by', 'comments']),
    (13, 'information_schema', 'sql_sizing_profiles', ARRAY['sizing_id', 'sizing_name', 'profile_id', 'required_value', 'comments']),
    (13, 'pg_catalog', 'pg_stat_wal_receiver', ARRAY['received_lsn']),
    (14, 'pg_catalog', 'pg_stat_ssl', ARRAY['compression']),
    (15, 'pg_catalog', 'pg_database', ARRAY['datlastsysoid']),
    (17, 'information_schema', 'element_types', ARRAY['domain_default']),
    (17, 'pg_catalog', 'pg_collation', ARRAY['colliculocale']),
    (17, 'pg_catalog', 'pg_database', ARRAY['daticulocale']),
    (17, 'pg_catalog', 'pg_stat_bgwriter', ARRAY['checkpoints_timed', 'checkpoints_req', 'checkpoint_write_time', 'checkpoint_sync_time', 'buffers_checkpoint', 'buffers_backend', 'buffers_backend_fsync']),
    (17, 'pg_catalog', 'pg_stat_progress_vacuum', ARRAY['max_dead_tuples', 'num_dead_tuples']),
    (18, 'pg_catalog', 'pg_attribute', ARRAY['attcacheoff']),
    (18, 'pg_catalog', 'pg_backend_memory_contexts', ARRAY['parent']),
    (18, 'pg_catalog', 'pg_stat_io', ARRAY['op_bytes']),
    (18, 'pg_catalog', 'pg_stat_wal', ARRAY['wal_write', 'wal_sync', 'wal_write_time', 'wal_sync_time'])) v (since, space, relation, columns)
   WHERE v.since > version.major
), gone_column AS (
  SELECT d.since, c.oid, c.relkind, a.attnum, pg_catalog.format('it reads %s.%s', d.relation, a.attname) AS reason
    FROM dropped d
    JOIN pg_catalog.pg_class c ON c.relnamespace = pg_catalog.to_regnamespace(d.space) AND c.relname = d.relation
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = ANY (d.columns)
), geometric AS (
  SELECT t.oid FROM pg_catalog.pg_type t WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typcategory = 'G'
), gone_call AS (
  -- The factorial, behind its operand and before it; what @> and <@ have taken the place of; what an exclusive backup was looked at with.
  SELECT 14 AS since, ':opno ' || o.oid || ' ' AS needle, pg_catalog.format('it uses the operator %s', o.oprname) AS reason, o.oid AS operator
    FROM version, pg_catalog.pg_operator o
   WHERE version.major < 14 AND o.oprnamespace = 'pg_catalog'::regnamespace
     AND (o.oprname IN ('!', '!!') AND o.oprcode = pg_catalog.to_regproc('pg_catalog.numeric_fac')
       OR o.oprname IN ('@', '~') AND o.oprleft IN (SELECT g.oid FROM geometric g) AND o.oprright IN (SELECT g.oid FROM geometric g))
  UNION ALL
  SELECT 15, ':funcid ' || p.oid || ' ', pg_catalog.format('it calls the function %s', p.proname), NULL
    FROM version, pg_catalog.pg_proc p
   WHERE version.major < 15 AND p.pronamespace = 'pg_catalog'::regnamespace AND p.proname IN ('pg_is_in_backup', 'pg_backup_start_time', 'pg_start_backup', 'pg_stop_backup')
), action AS (
  -- Out of its storage once.
  SELECT w.ev_class, x.text
    FROM pg_catalog.pg_rewrite w CROSS JOIN LATERAL (SELECT w.ev_action::text || '' AS text OFFSET 0) x
   WHERE w.ev_class >= 16384 AND w.rulename = '_RETURN'
     AND x.text LIKE ANY (ARRAY(SELECT '%:relid ' || g.oid || ' %' FROM gone_column g WHERE g.relkind = 'r' UNION SELECT '%' || g.needle || '%' FROM gone_call g))
), reader AS (
  SELECT g.since, w.ev_class AS oid, g.reason
    FROM gone_column g
    JOIN pg_catalog.pg_depend p ON p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjid = g.oid AND p.refobjsubid = g.attnum AND p.classid = 'pg_catalog.pg_rewrite'::regclass
    JOIN pg_catalog.pg_rewrite w ON w.oid = p.objid
  UNION ALL
  SELECT g.since, w.ev_class, g.reason
    FROM action w
   CROSS JOIN LATERAL pg_catalog.regexp_matches(w.text, ':relid (\d+) [^{}]*:selectedCols \(b([ 0-9]*)\)', 'g') f (found)
    JOIN gone_column g ON g.oid::text = f.found[1] AND (g.attnum + 7)::text = ANY (pg_catalog.string_to_array(f.found[2], ' '))
  UNION ALL
  SELECT g.since, w.ev_class, g.reason FROM action w JOIN gone_call g ON pg_catalog.strpos(w.text, g.needle) > 0
), parameter (since, name) AS (
  VALUES (14, 'operator_precedence_warning'), (14, 'vacuum_cleanup_index_scale_factor')
), setting AS (
  SELECT p.oid AS function, NULL::oid AS role, pg_catalog.unnest(p.proconfig) AS text FROM pg_catalog.pg_proc p WHERE p.oid >= 16384
  UNION ALL SELECT NULL, s.setrole, pg_catalog.unnest(s.setconfig) FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND d.datname = pg_catalog.current_database()
), unknown AS (
  SELECT s.function, s.role, n.name, COALESCE(p.since, 14) AS since
    FROM setting s CROSS JOIN LATERAL pg_catalog.split_part(s.text, '=', 1) n (name) LEFT JOIN parameter p ON p.name = n.name
   -- From 14 on, parts of a name between dots are as unquoted names are.
   WHERE p.name IS NOT NULL OR n.name LIKE '%.%' AND n.name ~ '[ !"#%&''()*+,/:;<>?@\[\\\]^`{|}~-]|(^|[.])[0-9$.]|[.]$'
), former AS (
  SELECT pg_catalog.to_regprocedure('pg_catalog.' || f) AS oid
    FROM pg_catalog.unnest(ARRAY['array_append(anyarray,anyelement)', 'array_cat(anyarray,anyarray)', 'array_prepend(anyelement,anyarray)', 'array_remove(anyarray,anyelement)',
      'array_replace(anyarray,anyelement,anyelement)', 'array_position(anyarray,anyelement)', 'array_position(anyarray,anyelement,integer)', 'array_positions(anyarray,anyelement)',
      'width_bucket(anyelement,anyarray)']) f
), expression (relation, name, text) AS (
  SELECT a.attrelid, 'generated column ' || a.attname, d.adbin::text
    FROM version JOIN pg_catalog.pg_attrdef d ON version.major < 14
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum AND a.attgenerated <> '' AND a.attislocal
  UNION ALL SELECT i.indrelid, 'index ' || x.relname, pg_catalog.concat(i.indexprs, i.indpred)
    FROM version JOIN pg_catalog.pg_index i ON version.major < 14 JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid AND NOT x.relispartition
  UNION ALL SELECT p.partrelid, 'partition key', p.partexprs::text FROM version JOIN pg_catalog.pg_partitioned_table p ON version.major < 14
), interval_type AS (
  SELECT pg_catalog.string_agg(t.oid::text, '|') AS oids FROM pg_catalog.pg_type t WHERE t.typoutput = 'pg_catalog.interval_out'::regproc
), found AS (
  SELECT 'pg_catalog.pg_proc'::regclass AS class, p.oid, p.pronamespace AS space
    FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid
   WHERE a.aggtranstype IN ('anyarray'::regtype, 'anyelement'::regtype)
     AND EXISTS (SELECT FROM former f WHERE f.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn))
  UNION ALL
  SELECT 'pg_catalog.pg_operator'::regclass, o.oid, o.oprnamespace FROM pg_catalog.pg_operator o JOIN former f ON f.oid = o.oprcode
   WHERE o.oprleft IN ('anyarray'::regtype, 'anyelement'::regtype)
)
SELECT 14, i.type, n.nspname::text, NULL::text, i.identity, NULL::text
  FROM found f JOIN pg_catalog.pg_namespace n ON n.oid = f.space CROSS JOIN LATERAL pg_catalog.pg_identify_object(f.class, f.oid, 0) i
 WHERE f.oid >= 16384 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = f.class AND m.objid = f.oid)
UNION ALL
SELECT DISTINCT 16, 'generated column', n.nspname::text, c.relname::text, pg_catalog.format('%s of %s.%s', a.attname, n.nspname, c.relname), NULL
  FROM pg_catalog.pg_inherits h
  JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND c.relkind IN ('r', 'p', 'f')
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute b ON b.attrelid = h.inhparent AND b.attnum > 0 AND NOT b.attisdropped AND b.attgenerated = ''
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = b.attname AND NOT a.attisdropped AND a.attgenerated <> ''
 WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid)
UNION ALL
SELECT 17, 'identity column', n.nspname::text, c.relname::text, pg_catalog.format('%s of %s.%s', a.attname, n.nspname, c.relname), NULL
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity <> ''
 WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384
UNION ALL
SELECT DISTINCT 18, 'column', n.nspname::text, c.relname::text, pg_catalog.format('%s of %s.%s', a.attname, n.nspname, c.relname), NULL
  FROM pg_catalog.pg_inherits h
  JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND c.relkind IN ('r', 'f') AND NOT c.relispartition
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute b ON b.attrelid = h.inhparent AND b.attnum > 0 AND NOT b.attisdropped AND b.attnotnull
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = b.attname AND NOT a.attisdropped AND NOT a.attnotnull
 WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid)
UNION ALL
SELECT r.since, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'rule' END, n.nspname::text, c.relname::text, pg_catalog.format('%s.%s', n.nspname, c.relname), pg_catalog.string_agg(DISTINCT r.reason, ', ')
  FROM reader r JOIN pg_catalog.pg_class c ON c.oid = r.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid)
 GROUP BY r.since, c.relkind, n.nspname, c.relname
UNION ALL
-- Bodies that are parsed when the function is made (BEGIN ATOMIC).
SELECT g.since, i.type, n.nspname::text, NULL, i.identity, pg_catalog.string_agg(DISTINCT g.reason, ', ')
  FROM gone_column g
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = g.oid AND d.refobjsubid = g.attnum AND d.classid = 'pg_catalog.pg_proc'::regclass
  JOIN pg_catalog.pg_proc p ON p.oid = d.objid JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.pg_proc'::regclass, p.oid, 0) i
 WHERE p.oid >= 16384 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_proc'::regclass AND m.objid = p.oid)
 GROUP BY g.since, i.type, n.nspname, i.identity
UNION ALL
SELECT g.since, i.type, n.nspname::text, NULL, i.identity, pg_catalog.string_agg(DISTINCT g.reason, ', ')
  FROM gone_call g
  JOIN pg_catalog.pg_amop a ON a.amopopr = g.operator
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_amop'::regclass AND d.objid = a.oid AND d.refclassid = 'pg_catalog.pg_opclass'::regclass
  JOIN pg_catalog.pg_opclass c ON c.oid = d.refobjid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace
 CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.pg_opclass'::regclass, c.oid, 0) i
 WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_opclass'::regclass AND m.objid = c.oid)
 GROUP BY g.since, i.type, n.nspname, i.identity
UNION ALL
SELECT u.since, i.type, n.nspname::text, NULL, i.identity, pg_catalog.format('it sets the parameter %s', u.name)
  FROM unknown u JOIN pg_catalog.pg_proc p ON p.oid = u.function JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.pg_proc'::regclass, p.oid, 0) i
 WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_proc'::regclass AND m.objid = p.oid)
UNION ALL
SELECT u.since, 'setting', NULL, NULL, u.name || COALESCE(' of ' || r.rolname, ''), NULL FROM unknown u LEFT JOIN pg_catalog.pg_roles r ON r.oid = u.role WHERE u.function IS NULL
UNION ALL
SELECT 14, 'operator', n.nspname::text, NULL, i.identity, 'it stands behind its operand'
  FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.pg_operator'::regclass, o.oid, 0) i
 WHERE o.oid >= 16384 AND o.oprright = 0 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_operator'::regclass AND m.objid = o.oid)
UNION ALL
SELECT 14, 'type', n.nspname::text, NULL, pg_catalog.format('%s.%s', n.nspname, t.typname), pg_catalog.format('its multirange type would have the name of %s', o.typname)
  FROM version
  JOIN pg_catalog.pg_type t ON t.typtype = 'r' AND version.major < 14
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_catalog.pg_type o ON o.typnamespace = t.typnamespace
   AND o.typname = CASE WHEN t.typname LIKE '%range%' THEN pg_catalog.regexp_replace(t.typname, 'range', 'multirange') ELSE t.typname || '_multirange' END
 WHERE t.oid >= 16384 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_type'::regclass AND m.objid = t.oid)
UNION ALL
-- What comes with the table, the server gives NOT NULL another name beside; what is added later finds the name taken.
SELECT 18, 'constraint', n.nspname::text, c.relname::text, pg_catalog.format('%s of %s.%s', k.conname, n.nspname, c.relname), pg_catalog.format('the server gives its name to the NOT NULL of %s', a.attname)
  FROM version
  JOIN pg_catalog.pg_constraint k ON version.major < 18 AND k.conname LIKE '%\_not\_null' AND (k.contype <> 'c' OR NOT k.convalidated)
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull AND k.conname = c.relname || '_' || a.attname || '_not_null'
 WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid)
UNION ALL
-- Which rows are equal must be the same for both columns, and only deterministic collations agree in it.
SELECT 18, 'foreign key', n.nspname::text, c.relname::text, pg_catalog.format('%s of %s.%s', k.conname, n.nspname, c.relname),
       pg_catalog.string_agg(pg_catalog.format('%s has the collation %s, and what it refers to %s', a.attname, l.collname, m.collname), ', ' ORDER BY i)
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL pg_catalog.generate_subscripts(k.conkey, 1) i
  JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[i]
  JOIN pg_catalog.pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[i]
  JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
  JOIN pg_catalog.pg_collation m ON m.oid = b.attcollation
 WHERE k.contype = 'f' AND k.conparentid = 0 AND l.oid <> m.oid AND NOT (l.collisdeterministic AND m.collisdeterministic)
   AND NOT EXISTS (SELECT FROM member x WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid)
 GROUP BY n.nspname, c.relname, k.conname
UNION ALL
-- An interval becomes a text as IntervalStyle says, and so is not immutable from 14 on. The parsed expression has it, as 12 and 13 write it down.
SELECT 14, 'expression', n.nspname::text, c.relname::text, pg_catalog.format('%s of %s.%s', e.name, n.nspname, c.relname), 'it makes text of an interval'
  FROM expression e
  JOIN interval_type t ON e.text ~ ('\{COERCEVIAIO :arg \{(VAR :varno \d+ :varattno \d+ :vartype|FUNCEXPR :funcid \d+ :funcresulttype|(OP|NULLIF)EXPR :opno \d+ :opfuncid \d+ :opresulttype|COALESCE :coalescetype|CASE :casetype|MINMAX :minmaxtype) ('
                                     || t.oids || ') ')
  JOIN pg_catalog.pg_class c ON c.oid = e.relation AND c.oid >= 16384
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid)
UNION ALL
SELECT 17, 'constraint', n.nspname::text, NULL, pg_catalog.format('%s of domain %s.%s', k.conname, n.nspname, t.typname), 'the server gives its name to the NOT NULL of the domain'
  FROM version
  JOIN pg_catalog.pg_constraint k ON version.major < 17
  JOIN pg_catalog.pg_type t ON t.oid = k.contypid AND t.typnotnull AND k.conname = t.typname || '_not_null'
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE t.oid >= 16384 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_type'::regclass AND m.objid = t.oid)
 ORDER BY 1, 2, 5
