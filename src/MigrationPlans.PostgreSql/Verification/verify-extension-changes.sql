-- What users can change of an extension's members, and put on its tables, none of which a dump holds: extension, its version, kind, name, value, table, role. A function's text only where
-- the server keeps it. pg_depend, pg_proc, pg_ts_dict, pg_attribute, pg_index, pg_trigger, pg_policy, pg_constraint; 12 to 18.
WITH member AS (
  SELECT e.extname::text AS extension, e.extversion AS version, d.classid, d.objid
    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
   WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e' AND d.objsubid = 0
), rel AS (
  SELECT m.extension, m.version, c.*, n.nspname || '.' || c.relname AS name
    FROM member m JOIN pg_catalog.pg_class c ON m.classid = 'pg_catalog.pg_class'::regclass AND c.oid = m.objid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
)
SELECT m.extension, m.version, 'function' AS kind, p.oid::regprocedure::text AS name,
       pg_catalog.concat_ws(' ', CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END, 'parallel ' || p.proparallel::text, CASE WHEN p.proisstrict THEN 'strict' END,
         CASE WHEN p.prosecdef THEN 'security definer' END, CASE WHEN p.proleakproof THEN 'leakproof' END, 'cost ' || p.procost, 'rows ' || p.prorows, 'set ' || p.proconfig::text,
         CASE WHEN l.lanname NOT IN ('c', 'internal') THEN 'body ' || pg_catalog.md5(p.prosrc) END) AS value, NULL AS table_name, NULL AS role
  FROM member m JOIN pg_catalog.pg_proc p ON m.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = m.objid JOIN pg_catalog.pg_language l ON l.oid = p.prolang
UNION ALL
SELECT m.extension, m.version, 'text search dictionary', d.oid::regdictionary::text, COALESCE(d.dictinitoption, 'without options'), NULL, NULL
  FROM member m JOIN pg_catalog.pg_ts_dict d ON m.classid = 'pg_catalog.pg_ts_dict'::regclass AND d.oid = m.objid
UNION ALL
SELECT r.extension, r.version, 'table', r.name, '', r.name, NULL FROM rel r
UNION ALL
SELECT r.extension, r.version, 'column', r.name || '.' || a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), r.name, NULL
  FROM rel r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE r.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT r.extension, r.version, 'row security', r.name, CASE WHEN r.relforcerowsecurity THEN 'forced' ELSE 'on' END, r.name, NULL FROM rel r WHERE r.relrowsecurity
UNION ALL
-- Those of a constraint go by the constraint.
SELECT r.extension, r.version, 'index', c.oid::regclass::text, pg_catalog.pg_get_indexdef(i.indexrelid), r.name, NULL
  FROM rel r JOIN pg_catalog.pg_index i ON i.indrelid = r.oid JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
 WHERE i.indisvalid AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid)
UNION ALL
SELECT r.extension, r.version, 'constraint', r.name || '.' || k.conname, pg_catalog.pg_get_constraintdef(k.oid), r.name, NULL
  FROM rel r JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid WHERE k.contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL
SELECT r.extension, r.version, 'trigger', r.name || '.' || t.tgname, pg_catalog.pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text, r.name, NULL
  FROM rel r JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal
UNION ALL
SELECT r.extension, r.version, 'policy', r.name || '.' || p.polname, pg_catalog.concat_ws(' ', p.polcmd, pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)), r.name, NULL
  FROM rel r JOIN pg_catalog.pg_policy p ON p.polrelid = r.oid
UNION ALL
-- Of PUBLIC also that it has none: somebody may have taken them from it.
SELECT a.extension, a.version, 'privileges on ' || i.type, i.identity, COALESCE(pg_catalog.string_agg(DISTINCT x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ','), 'none'), NULL, COALESCE(g.rolname::text, 'PUBLIC')
  FROM (SELECT m.*, c.relowner AS owner, COALESCE(c.relacl, pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)) AS acl
          FROM member m JOIN pg_catalog.pg_class c ON m.classid = 'pg_catalog.pg_class'::regclass AND c.oid = m.objid WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        UNION ALL SELECT m.*, p.proowner, COALESCE(p.proacl, pg_catalog.acldefault('f', p.proowner)) FROM member m JOIN pg_catalog.pg_proc p ON m.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = m.objid
        UNION ALL SELECT m.*, n.nspowner, COALESCE(n.nspacl, pg_catalog.acldefault('n', n.nspowner)) FROM member m JOIN pg_catalog.pg_namespace n ON m.classid = 'pg_catalog.pg_namespace'::regclass AND n.oid = m.objid) a
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(a.classid, a.objid, 0) i
 CROSS JOIN LATERAL (SELECT e.grantee, e.privilege_type, e.is_grantable FROM pg_catalog.aclexplode(a.acl) e WHERE e.grantee <> a.owner AND e.privilege_type <> 'MAINTAIN' UNION ALL SELECT 0, NULL, NULL) x
  LEFT JOIN pg_catalog.pg_roles g ON g.oid = x.grantee
 WHERE x.grantee = 0 OR g.oid IS NOT NULL
 GROUP BY a.extension, a.version, i.type, i.identity, g.rolname
 ORDER BY 1, 3, 4
