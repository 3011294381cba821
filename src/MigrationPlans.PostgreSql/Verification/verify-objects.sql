-- Every object of a database as rows of text, to be compared with another database's: kind, schema, relation (null for what is not
-- of one), name, role (null where none), value. What differs by design is not listed: members of extensions, invalid indexes,
-- publications, subscriptions, our ledger. Definitions are printed by the server, with an empty search_path. 12 to 18;
-- not-null constraints are in pg_constraint from 18 on, and are compared as a property of the column everywhere.
WITH member AS (
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d WHERE d.deptype = 'e'
), space AS (
  SELECT n.* FROM pg_catalog.pg_namespace n
   WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
     AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_namespace'::regclass AND m.objid = n.oid)
), rel AS (
  SELECT c.*, n.nspname,
         CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                        WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'type' END AS kind
    FROM pg_catalog.pg_class c JOIN space n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
     AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid)
), fun AS (
  SELECT p.*, n.nspname, pg_catalog.format('%s.%s(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) AS signature
    FROM pg_catalog.pg_proc p JOIN space n ON n.oid = p.pronamespace
   WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_proc'::regclass AND m.objid = p.oid)
     -- Made by the server beside a range type.
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
), typ AS (
  SELECT t.*, n.nspname
    FROM pg_catalog.pg_type t JOIN space n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
   WHERE (t.typrelid = 0 OR c.relkind = 'c') AND t.typtype IN ('e', 'd', 'c', 'r')
     AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_type'::regclass AND m.objid = t.oid)
)
SELECT 'schema' AS kind, n.nspname::text AS schema, NULL::text AS relation, n.nspname::text AS name, NULL::text AS role, '' AS value FROM space n
UNION ALL
SELECT r.kind, r.nspname, r.relname, r.nspname || '.' || r.relname, NULL,
       pg_catalog.concat_ws(' ', CASE WHEN r.relkind = 'p' THEN 'partitioned by ' || pg_catalog.pg_get_partkeydef(r.oid) END,
         CASE WHEN r.relispartition THEN pg_catalog.pg_get_expr(r.relpartbound, r.oid) END,
         CASE WHEN r.relpersistence = 'u' THEN 'unlogged' END, CASE WHEN r.relrowsecurity THEN 'row security' END,
         CASE WHEN r.relforcerowsecurity THEN 'forced' END, 'replica identity ' || r.relreplident::text,
         CASE WHEN r.relkind <> 'S' THEN r.reloptions::text END)
  FROM rel r
UNION ALL
SELECT 'column', r.nspname, r.relname, r.nspname || '.' || r.relname || '.' || a.attname, NULL,
       pg_catalog.concat_ws(' ', pg_catalog.format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
         CASE WHEN a.attidentity <> '' THEN 'identity ' || a.attidentity::text END, CASE WHEN a.attgenerated <> '' THEN 'generated ' || a.attgenerated::text END,
         'default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), CASE WHEN l.collname <> 'default' THEN 'collate ' || l.collname END)
  FROM rel r
  JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
 WHERE r.relkind <> 'S'
UNION ALL
SELECT 'index', r.nspname, r.relname, r.nspname || '.' || c.relname, NULL, pg_catalog.pg_get_indexdef(i.indexrelid)
  FROM pg_catalog.pg_index i JOIN rel r ON r.oid = i.indrelid JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
 WHERE i.indisvalid OR r.relkind = 'p'
UNION ALL
SELECT CASE k.contype WHEN 'f' THEN 'foreign key' ELSE 'constraint' END, r.nspname, r.relname, r.nspname || '.' || r.relname || '.' || k.conname, NULL,
       pg_catalog.pg_get_constraintdef(k.oid)
  FROM pg_catalog.pg_constraint k JOIN rel r ON r.oid = k.conrelid
 WHERE k.contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL
SELECT 'trigger', r.nspname, r.relname, r.nspname || '.' || r.relname || '.' || t.tgname, NULL, pg_catalog.pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
  FROM pg_catalog.pg_trigger t JOIN rel r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'rule', r.nspname, r.relname, r.nspname || '.' || r.relname || '.' || w.rulename, NULL, pg_catalog.pg_get_ruledef(w.oid) || ' ' || w.ev_enabled::text
  FROM pg_catalog.pg_rewrite w JOIN rel r ON r.oid = w.ev_class WHERE r.relkind NOT IN ('v', 'm') OR w.rulename <> '_RETURN'
UNION ALL
SELECT 'definition', r.nspname, r.relname, r.nspname || '.' || r.relname, NULL, pg_catalog.pg_get_viewdef(r.oid) FROM rel r WHERE r.relkind IN ('v', 'm')
UNION ALL
SELECT 'policy', r.nspname, r.relname, r.nspname || '.' || r.relname || '.' || p.polname, NULL,
       pg_catalog.concat_ws(' ', p.polcmd, p.polpermissive, pg_catalog.pg_get_expr(p.polqual, p.polrelid), 'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
  FROM pg_catalog.pg_policy p JOIN rel r ON r.oid = p.polrelid
UNION ALL
SELECT 'policy', r.nspname, r.relname, r.nspname || '.' || r.relname || '.' || p.polname, g.rolname::text, 'for'
  FROM pg_catalog.pg_policy p JOIN rel r ON r.oid = p.polrelid CROSS JOIN LATERAL pg_catalog.unnest(p.polroles) u (oid) JOIN pg_catalog.pg_roles g ON g.oid = u.oid
UNION ALL
SELECT 'sequence options', r.nspname, r.relname, r.nspname || '.' || r.relname, NULL,
       pg_catalog.concat_ws(' ', pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
  FROM rel r JOIN pg_catalog.pg_sequence s ON s.seqrelid = r.oid
UNION ALL
SELECT 'function', f.nspname, NULL, f.signature, NULL,
       CASE WHEN f.prokind = 'a' THEN 'aggregate' ELSE pg_catalog.md5(pg_catalog.pg_get_functiondef(f.oid)) END
  FROM fun f
UNION ALL
SELECT 'type', t.nspname, NULL, t.nspname || '.' || t.typname, NULL,
       pg_catalog.concat_ws(' ', t.typtype,
         (SELECT pg_catalog.string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
         CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END, CASE WHEN t.typnotnull THEN 'not null' END, t.typdefault,
         (SELECT pg_catalog.string_agg(pg_catalog.pg_get_constraintdef(k.oid), ',' ORDER BY k.conname) FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
         (SELECT pg_catalog.string_agg(a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod), ',' ORDER BY a.attnum)
            FROM pg_catalog.pg_attribute a WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND NOT a.attisdropped))
  FROM typ t
UNION ALL
SELECT 'extension', NULL, NULL, e.extname, NULL, '' FROM pg_catalog.pg_extension e
UNION ALL
SELECT 'event trigger', NULL, NULL, e.evtname, NULL, e.evtevent::text || ' ' || e.evtenabled::text FROM pg_catalog.pg_event_trigger e
 WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_event_trigger'::regclass AND m.objid = e.oid)
UNION ALL
SELECT 'large objects', NULL, NULL, 'all', NULL, pg_catalog.count(*)::text FROM pg_catalog.pg_largeobject_metadata
UNION ALL
SELECT 'comment', r.nspname, r.relname, pg_catalog.concat_ws('.', r.nspname, r.relname, a.attname), NULL, d.description
  FROM pg_catalog.pg_description d JOIN rel r ON r.oid = d.objoid
  LEFT JOIN pg_catalog.pg_attribute a ON d.objsubid > 0 AND a.attrelid = r.oid AND a.attnum = d.objsubid
 WHERE d.classoid = 'pg_catalog.pg_class'::regclass
UNION ALL
SELECT 'owner', r.nspname, r.relname, r.nspname || '.' || r.relname, o.rolname, '' FROM rel r JOIN pg_catalog.pg_roles o ON o.oid = r.relowner
UNION ALL
SELECT 'owner', n.nspname, NULL, 'schema ' || n.nspname, o.rolname, '' FROM space n JOIN pg_catalog.pg_roles o ON o.oid = n.nspowner WHERE n.nspname <> 'public'
UNION ALL
SELECT 'owner', f.nspname, NULL, f.signature, o.rolname, '' FROM fun f JOIN pg_catalog.pg_roles o ON o.oid = f.proowner
UNION ALL
SELECT 'owner', t.nspname, NULL, 'type ' || t.nspname || '.' || t.typname, o.rolname, '' FROM typ t JOIN pg_catalog.pg_roles o ON o.oid = t.typowner
UNION ALL
SELECT 'grant', r.nspname, r.relname, r.nspname || '.' || r.relname, COALESCE(g.rolname, 'PUBLIC'), pg_catalog.string_agg(DISTINCT a.privilege_type, ',' ORDER BY a.privilege_type)
  FROM rel r
 CROSS JOIN LATERAL pg_catalog.aclexplode(COALESCE(r.relacl, pg_catalog.acldefault(CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", r.relowner))) a
  LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantee
 -- MAINTAIN: from 17 on, in every owner's default.
 WHERE a.privilege_type <> 'MAINTAIN' AND a.grantee <> r.relowner
 GROUP BY 2, 3, 4, 5
UNION ALL
SELECT 'grant', r.nspname, r.relname, r.nspname || '.' || r.relname || '.' || t.attname, COALESCE(g.rolname, 'PUBLIC'), pg_catalog.string_agg(DISTINCT a.privilege_type, ',' ORDER BY a.privilege_type)
  FROM rel r JOIN pg_catalog.pg_attribute t ON t.attrelid = r.oid AND t.attacl IS NOT NULL
 CROSS JOIN LATERAL pg_catalog.aclexplode(t.attacl) a LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantee
 GROUP BY 2, 3, 4, 5
UNION ALL
SELECT 'grant', n.nspname, NULL, 'schema ' || n.nspname, COALESCE(g.rolname, 'PUBLIC'), pg_catalog.string_agg(DISTINCT a.privilege_type, ',' ORDER BY a.privilege_type)
  FROM space n CROSS JOIN LATERAL pg_catalog.aclexplode(COALESCE(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) a
  LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantee WHERE a.grantee <> n.nspowner GROUP BY 2, 4, 5
UNION ALL
SELECT 'grant', f.nspname, NULL, f.signature, COALESCE(g.rolname, 'PUBLIC'), pg_catalog.string_agg(DISTINCT a.privilege_type, ',' ORDER BY a.privilege_type)
  FROM fun f CROSS JOIN LATERAL pg_catalog.aclexplode(COALESCE(f.proacl, pg_catalog.acldefault('f', f.proowner))) a
  LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantee WHERE a.grantee <> f.proowner GROUP BY 2, 4, 5
