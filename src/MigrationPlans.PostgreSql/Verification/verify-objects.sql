-- Every object of a database as rows of text, to be compared with another database's: kind, the object that the row is about (catalog and
-- oid in one, as in needs.sql; what follows from a partitioned table's object is about that; null where no pick leaves it behind), schema, relation
-- (null for what is not of one; of a table's own sequence the table), name, roles (null where none; of a grant to whom, whose own rights need
-- none, who gave it, and in whose name the owner's grants are; empty for PUBLIC), value. The parts of a name have \x01 between them, which shows as a dot: a."b.c" is not "a.b".c. $1: MAINTAIN counts,
-- which servers have from 17 on; $2: rights on what the server or an extension brings count, which only superusers can carry over; $3: but
-- for extensions of these names, which stay behind; $4: the encoding in which text is hashed; $5: multirange types have owners and privileges of their own, on both servers; $6: both have not-null constraints. What differs by design is not listed: members of extensions, invalid indexes, publications, subscriptions, our
-- ledger. Definitions are printed by the server, with an empty search_path. 12 to 18; not-null constraints are in pg_constraint from 18 on, and
-- are compared as a property of the column everywhere, not by name: it may be that of a parent which stays behind. In what the server calls an object, the type is pg_catalog.json below 17 and json from there, and a transform is for a type
-- `on language l` below 18 and `language l` from there: listed is the newer.
WITH RECURSIVE member AS (
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d WHERE d.deptype = 'e'
), space AS (
  -- One that an extension brings is its own; what others put into it (tables that PostGIS' geocoder or pgq makes) is not.
  SELECT n.*, EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_namespace'::regclass AND m.objid = n.oid) AS is_member FROM pg_catalog.pg_namespace n
   WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
), rel AS (
  SELECT c.*, n.nspname, COALESCE(o.nspname, n.nspname) AS of_schema, CASE WHEN c.relkind = 'S' THEN o.relname ELSE c.relname END AS of_relation, o.attname AS of_column,
         'pg_catalog.pg_class'::regclass::int8 * 4294967296 + COALESCE(o.oid, c.oid)::int8 AS id,
         CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                        WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'type' END AS kind
    FROM pg_catalog.pg_class c JOIN space n ON n.oid = c.relnamespace
    LEFT JOIN LATERAL (SELECT t.oid, t.relname, s.nspname, a.attname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class t ON t.oid = d.refobjid JOIN pg_catalog.pg_namespace s ON s.oid = t.relnamespace
                         JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                        WHERE c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
                          AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')) o ON true
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
     AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid)
), fun AS (
  SELECT p.*, n.nspname, 'pg_catalog.pg_proc'::regclass::int8 * 4294967296 + p.oid::int8 AS id, pg_catalog.format(E'%s\x01%s(%s)', n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes)) AS signature,
         -- As the server prints it; listed by itself, because the role may have another name on the target.
         COALESCE((SELECT ' SET ' || pg_catalog.split_part(c, '=', 1) || ' TO ''' || pg_catalog.replace(pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1), '''', '''''') || E'''\n'
                     FROM pg_catalog.unnest(p.proconfig) c WHERE pg_catalog.split_part(c, '=', 1) IN ('role', 'session_authorization') LIMIT 1), '') AS as_role
    FROM pg_catalog.pg_proc p JOIN space n ON n.oid = p.pronamespace
   WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_proc'::regclass AND m.objid = p.oid)
     -- Made by the server beside a range type.
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
), typ AS (
  SELECT t.*, n.nspname, 'pg_catalog.pg_type'::regclass::int8 * 4294967296 + t.oid::int8 AS id
    FROM pg_catalog.pg_type t JOIN space n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
   WHERE (t.typrelid = 0 OR c.relkind = 'c') AND t.typtype IN ('e', 'd', 'c', 'r')
     AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_type'::regclass AND m.objid = t.oid)
), multi AS (
  -- pg_range has them from 14 on.
  SELECT y.typowner, y.typacl, r.rngtypid AS of FROM pg_catalog.pg_range r JOIN pg_catalog.pg_type y ON y.oid = (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::pg_catalog.oid WHERE $5
), prefix (oid, name) AS (
  SELECT n.oid, CASE WHEN n.nspname = 'pg_catalog' THEN '' ELSE n.nspname || E'\x01' END FROM pg_catalog.pg_namespace n
), coll (oid, name) AS (
  SELECT l.oid, s.name || l.collname FROM pg_catalog.pg_collation l JOIN prefix s ON s.oid = l.collnamespace
), of_root (oid, name) AS (
  -- Triggers of partitions that follow from a table's, with the name of that one: renamed below 15, they kept their former one; from there on all have the same.
  SELECT d.objid, g.tgname
    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_trigger g ON g.oid = d.refobjid
   WHERE d.classid = 'pg_catalog.pg_trigger'::regclass AND d.refclassid = d.classid AND d.deptype = 'P'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend u WHERE u.classid = d.classid AND u.objid = g.oid AND u.refclassid = d.classid AND u.deptype = 'P')
  UNION ALL
  SELECT d.objid, o.name
    FROM of_root o JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_trigger'::regclass AND d.refobjid = o.oid AND d.classid = d.refclassid AND d.deptype = 'P'
), acl AS (
  SELECT r.id, r.of_schema::text AS schema, r.of_relation::text AS relation, r.nspname || E'\x01' || r.relname AS name, r.relowner AS owner, r.relowner AS giver,
         COALESCE(r.relacl, pg_catalog.acldefault(CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", r.relowner)) AS acl FROM rel r
  UNION ALL SELECT r.id, r.nspname, r.relname, r.nspname || E'\x01' || r.relname || E'\x01' || t.attname, NULL, r.relowner, t.attacl
    FROM rel r JOIN pg_catalog.pg_attribute t ON t.attrelid = r.oid AND t.attacl IS NOT NULL
  UNION ALL SELECT NULL, n.nspname, NULL, 'schema ' || n.nspname, n.nspowner, n.nspowner, COALESCE(n.nspacl, pg_catalog.acldefault('n', n.nspowner)) FROM space n WHERE NOT n.is_member
  UNION ALL SELECT f.id, f.nspname, NULL, f.signature, f.proowner, f.proowner, COALESCE(f.proacl, pg_catalog.acldefault('f', f.proowner)) FROM fun f
  UNION ALL SELECT t.id, t.nspname, NULL, 'type ' || t.nspname || E'\x01' || t.typname, t.typowner, t.typowner, COALESCE(t.typacl, pg_catalog.acldefault('T', t.typowner)) FROM typ t
  UNION ALL SELECT t.id, t.nspname, NULL, 'multirange type of ' || t.nspname || E'\x01' || t.typname, m.typowner, m.typowner, COALESCE(m.typacl, pg_catalog.acldefault('T', m.typowner)) FROM typ t JOIN multi m ON m.of = t.oid
  UNION ALL SELECT NULL, NULL, NULL, o.name, o.owner, o.owner, o.acl
    FROM (SELECT 'pg_catalog.pg_foreign_data_wrapper'::regclass AS class, w.oid, 'foreign-data wrapper ' || w.fdwname AS name, w.fdwowner AS owner, COALESCE(w.fdwacl, pg_catalog.acldefault('F', w.fdwowner)) AS acl
            FROM pg_catalog.pg_foreign_data_wrapper w
          UNION ALL SELECT 'pg_catalog.pg_foreign_server'::regclass, v.oid, 'server ' || v.srvname, v.srvowner, COALESCE(v.srvacl, pg_catalog.acldefault('S', v.srvowner)) FROM pg_catalog.pg_foreign_server v
          UNION ALL SELECT 'pg_catalog.pg_language'::regclass, l.oid, 'language ' || l.lanname, l.lanowner, COALESCE(l.lanacl, pg_catalog.acldefault('l', l.lanowner)) FROM pg_catalog.pg_language l
                   -- What is said of the others (sql, c, internal) no dump has.
                   WHERE l.lanispl) o
   WHERE CASE WHEN $2 THEN NOT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
                                        WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype = 'e' AND e.extname = ANY ($3))
              ELSE o.oid >= 16384 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = o.class AND m.objid = o.oid) END
)
SELECT 'schema' AS kind, NULL::int8 AS id, n.nspname::text AS schema, NULL::text AS relation, n.nspname::text AS name, NULL::text[] AS roles, '' AS value FROM space n WHERE NOT n.is_member
UNION ALL
SELECT r.kind, r.id, r.of_schema, r.of_relation, r.nspname || E'\x01' || r.relname, NULL,
       pg_catalog.concat_ws(' ', CASE WHEN r.relkind = 'p' THEN 'partitioned by ' || pg_catalog.pg_get_partkeydef(r.oid) END,
         -- A partitioned table holds nothing that could be logged; from 18 on it is never unlogged.
         CASE WHEN r.relpersistence = 'u' AND r.relkind <> 'p' THEN 'unlogged' END, CASE WHEN r.relrowsecurity THEN 'row security' END,
         CASE WHEN r.relforcerowsecurity THEN 'forced' END, 'replica identity ' || r.relreplident::text,
         (SELECT c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = r.oid AND i.indisreplident),
         (SELECT 'cluster on ' || c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = r.oid AND i.indisclustered),
         'of type ' || pg_catalog.format_type(NULLIF(r.reloftype, 0), NULL), CASE WHEN r.relkind = 'm' AND NOT r.relispopulated THEN 'not populated' END,
         (SELECT pg_catalog.array_agg(o ORDER BY o COLLATE pg_catalog."C")::text FROM pg_catalog.unnest(r.reloptions) o WHERE r.relkind <> 'S'),
         (SELECT 'toast ' || pg_catalog.array_agg(o ORDER BY o COLLATE pg_catalog."C")::text FROM pg_catalog.pg_class t CROSS JOIN LATERAL pg_catalog.unnest(t.reloptions) o WHERE t.oid = r.reltoastrelid),
         -- Options may hold secrets.
         (SELECT pg_catalog.concat_ws(' ', 'server', v.srvname, pg_catalog.md5(pg_catalog.convert_to((SELECT pg_catalog.string_agg(o, ',' ORDER BY o COLLATE pg_catalog."C") FROM pg_catalog.unnest(f.ftoptions) o), $4)))
            FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server v ON v.oid = f.ftserver WHERE f.ftrelid = r.oid))
  FROM rel r
UNION ALL
SELECT 'partition', 'pg_catalog.pg_class'::regclass::int8 * 4294967296 + c.oid::int8, r.nspname, r.relname, r.nspname || E'\x01' || r.relname, NULL,
       pg_catalog.concat_ws(' ', 'of', n.nspname || E'\x01' || c.relname, pg_catalog.pg_get_expr(r.relpartbound, r.oid), CASE WHEN pg_catalog.to_jsonb(i) ->> 'inhdetachpending' = 'true' THEN 'half detached' END)
  FROM rel r
  JOIN pg_catalog.pg_inherits i ON i.inhrelid = r.oid
  JOIN pg_catalog.pg_class c ON c.oid = i.inhparent
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE r.relispartition
UNION ALL
SELECT 'parent', r.id, r.nspname, r.relname, r.nspname || E'\x01' || r.relname || ' of ' || n.nspname || E'\x01' || c.relname, NULL,
       (pg_catalog.row_number() OVER (PARTITION BY r.oid ORDER BY i.inhseqno))::text
  FROM rel r
  JOIN pg_catalog.pg_inherits i ON i.inhrelid = r.oid
  JOIN pg_catalog.pg_class c ON c.oid = i.inhparent
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT r.relispartition
UNION ALL
SELECT CASE WHEN r.relkind IN ('v', 'm') THEN 'view column' ELSE 'column' END, r.id, r.nspname, r.relname, r.nspname || E'\x01' || r.relname || E'\x01' || a.attname, NULL,
       pg_catalog.concat_ws(' ', pg_catalog.format_type(a.atttypid, a.atttypmod),
         -- By its parents alone: it goes with theirs. All of a partition's are so.
         CASE WHEN NOT a.attislocal AND NOT r.relispartition THEN 'inherited' END,
         -- Below 16 a table could be made a view by a rule: a view's columns that are NOT NULL are so to no effect, and nobody can say so of them.
         CASE WHEN a.attnotnull AND r.relkind <> 'v' THEN 'not null' END,
         CASE WHEN $6 AND a.attnotnull THEN (SELECT NULLIF(pg_catalog.concat_ws(' ', CASE WHEN NOT k.convalidated THEN 'not valid' END, CASE WHEN k.connoinherit THEN 'no inherit' END), '')
                                               FROM pg_catalog.pg_constraint k WHERE k.conrelid = r.oid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]) END,
         -- From 17 on a partition has its root's: listed by itself.
         CASE WHEN a.attidentity <> '' AND NOT (r.relispartition AND pg_catalog.current_setting('server_version_num')::int4 >= 170000) THEN 'identity ' || a.attidentity::text END, CASE WHEN a.attgenerated <> '' THEN 'generated ' || a.attgenerated::text END,
         'collate ' || NULLIF(l.name, 'default'))
  FROM rel r
  JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN coll l ON l.oid = a.attcollation
 WHERE r.relkind <> 'S'
UNION ALL
-- Which a pick can leave it without. Only where both servers are 17 or newer, as they are where $1 is so.
SELECT 'identity column', 'pg_catalog.pg_attribute'::regclass::int8 * 4294967296 + r.oid::int8, r.nspname, r.relname, r.nspname || E'\x01' || r.relname || E'\x01' || a.attname, NULL, a.attidentity::text
  FROM rel r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity <> ''
 WHERE $1 AND r.relispartition
UNION ALL
-- Compared where both sides list it. Tables that inherit can get another order.
SELECT 'column order', r.id, r.nspname, r.relname, r.nspname || E'\x01' || r.relname, NULL, pg_catalog.string_agg(a.attname, ', ' ORDER BY a.attnum)
  FROM rel r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE r.relkind <> 'S' AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = r.oid)
 GROUP BY r.id, r.nspname, r.relname
UNION ALL
-- What was set for a column, where anything was. A target for statistics is -1 below 17, and null from there, where none was. pg_attver is the server's own.
SELECT 'column options', x.id, x.nspname, x.relname, x.name, NULL, x.value
  FROM (SELECT r.id, r.nspname, r.relname, r.nspname || E'\x01' || r.relname || E'\x01' || a.attname AS name,
               pg_catalog.concat_ws(' ', CASE WHEN a.attstorage <> t.typstorage THEN 'storage ' || a.attstorage::text END, 'compression ' || NULLIF(z.attcompression::text, ''),
                 'statistics ' || NULLIF(a.attstattarget, -1), (SELECT pg_catalog.string_agg(o, ' ' ORDER BY o COLLATE pg_catalog."C") FROM pg_catalog.unnest(a.attoptions) o WHERE o NOT LIKE 'pg\_attver=%'),
                 pg_catalog.md5(pg_catalog.convert_to((SELECT pg_catalog.string_agg(o, ',' ORDER BY o COLLATE pg_catalog."C") FROM pg_catalog.unnest(a.attfdwoptions) o), $4))) AS value
          FROM rel r
          JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
          JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
         CROSS JOIN (SELECT ''::"char" AS attcompression) older
         -- The column's own from 14 on; below, the name means what stands above.
         CROSS JOIN LATERAL (SELECT attcompression FROM (SELECT a.*) b) z
         WHERE r.relkind IN ('r', 'p', 'm', 'f')) x
 WHERE x.value <> ''
UNION ALL
SELECT 'default', r.id, r.nspname, r.relname, r.nspname || E'\x01' || r.relname || E'\x01' || a.attname, NULL, pg_catalog.pg_get_expr(d.adbin, d.adrelid)
  FROM rel r
  JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
UNION ALL
SELECT 'index', 'pg_catalog.pg_class'::regclass::int8 * 4294967296 + c.oid::int8, r.nspname, r.relname, r.nspname || E'\x01' || c.relname, NULL,
       pg_catalog.concat_ws(' ', pg_catalog.pg_get_indexdef(i.indexrelid), (SELECT pg_catalog.string_agg('statistics ' || a.attnum || ' ' || a.attstattarget, ' ' ORDER BY a.attnum)
                                                                              FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attstattarget >= 0))
  FROM pg_catalog.pg_index i JOIN rel r ON r.oid = i.indrelid JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
 WHERE i.indisvalid OR r.relkind = 'p'
UNION ALL
-- It is valid when all partitions have theirs. A foreign one can have none: an index that was made with such a partition counts as valid all the same, one that was attached never.
SELECT 'valid index', 'pg_catalog.pg_class'::regclass::int8 * 4294967296 + c.oid::int8, r.nspname, r.relname, r.nspname || E'\x01' || c.relname, NULL, 'valid'
  FROM pg_catalog.pg_index i JOIN rel r ON r.oid = i.indrelid JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
 WHERE i.indisvalid AND r.relkind = 'p'
   AND r.oid NOT IN (SELECT t.relid FROM pg_catalog.pg_class f CROSS JOIN LATERAL pg_catalog.pg_partition_ancestors(f.oid) t WHERE f.relkind = 'f' AND f.relispartition)
UNION ALL
SELECT 'index partition', 'pg_catalog.pg_class'::regclass::int8 * 4294967296 + h.inhparent::int8, r.nspname, r.relname, r.nspname || E'\x01' || c.relname, NULL, 'of ' || p.relname
  FROM pg_catalog.pg_inherits h
  JOIN pg_catalog.pg_index i ON i.indexrelid = h.inhrelid JOIN rel r ON r.oid = i.indrelid JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
 WHERE i.indisvalid OR r.relkind = 'p'
UNION ALL
SELECT CASE k.contype WHEN 'f' THEN 'foreign key' ELSE 'constraint' END,
       CASE k.contype WHEN 'c' THEN r.id WHEN 'f' THEN 'pg_catalog.pg_constraint'::regclass::int8 * 4294967296 + k.oid::int8
                      ELSE 'pg_catalog.pg_class'::regclass::int8 * 4294967296 + k.conindid::int8 END, r.nspname, r.relname, r.nspname || E'\x01' || r.relname || E'\x01' || k.conname, NULL,
       CASE WHEN twin.is_valid THEN pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), ' NOT VALID$', '') ELSE pg_catalog.pg_get_constraintdef(k.oid) END
         || CASE WHEN k.contype = 'c' AND NOT k.conislocal AND NOT r.relispartition THEN ' inherited' ELSE '' END
  FROM pg_catalog.pg_constraint k JOIN rel r ON r.oid = k.conrelid
  -- Not NOT EXISTS: the planner would expect next to nothing to be left, and compare every constraint with every relation.
  LEFT JOIN pg_catalog.pg_constraint up ON up.oid = k.conparentid
  -- What a partition has by its table and once more of its own is one key, which is valid if one of them is: where its own is created first, as pg_dump does, the server
  -- makes it the table's.
  LEFT JOIN LATERAL (SELECT pg_catalog.bool_or(o.convalidated) AS is_valid, pg_catalog.bool_or(u.conrelid <> o.conrelid) AS is_tables
                       FROM pg_catalog.pg_constraint o LEFT JOIN pg_catalog.pg_constraint u ON u.oid = o.conparentid
                      WHERE k.contype = 'f' AND r.relispartition AND o.contype = 'f' AND o.conrelid = k.conrelid AND o.oid <> k.oid AND o.confrelid = k.confrelid AND o.conkey = k.conkey
                        AND pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(o.oid), ' NOT VALID$', '') = pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), ' NOT VALID$', '')) twin ON true
 WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND NOT (k.conparentid = 0 AND COALESCE(twin.is_tables, false))
   -- A foreign key to a partitioned table has one more for each of its partitions, made and named by the server, by each version in its way.
   AND (up.oid IS NULL OR up.confrelid = k.confrelid)
UNION ALL
-- By their triggers: of a foreign key on either of the two tables, of others where they are deferrable. Nobody carries it over: one on the target is a
-- difference, one on the source is none.
SELECT CASE k.contype WHEN 'f' THEN 'disabled foreign key' ELSE 'disabled constraint' END,
       'pg_catalog.pg_constraint'::regclass::int8 * 4294967296 + k.oid::int8, r.nspname, r.relname, r.nspname || E'\x01' || r.relname || E'\x01' || k.conname, NULL,
       pg_catalog.string_agg(DISTINCT CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'only in a replica' ELSE 'also in a replica' END, ', ')
  FROM pg_catalog.pg_constraint k JOIN rel r ON r.oid = k.conrelid JOIN pg_catalog.pg_trigger t ON t.tgconstraint = k.oid
 WHERE k.contype IN ('f', 'p', 'u', 'x') AND t.tgisinternal AND t.tgenabled <> 'O'
 GROUP BY k.oid, k.contype, r.nspname, r.relname, k.conname
UNION ALL
SELECT 'trigger', 'pg_catalog.pg_trigger'::regclass::int8 * 4294967296 + t.oid::int8, r.nspname, r.relname, r.nspname || E'\x01' || r.relname || E'\x01' || COALESCE(o.name, t.tgname), NULL,
       COALESCE(pg_catalog.overlay(d.text, pg_catalog.quote_ident(o.name), pg_catalog.strpos(d.text, pg_catalog.quote_ident(t.tgname)), pg_catalog.length(pg_catalog.quote_ident(t.tgname))), d.text)
         || ' ' || t.tgenabled::text
  FROM pg_catalog.pg_trigger t JOIN rel r ON r.oid = t.tgrelid
  LEFT JOIN of_root o ON o.oid = t.oid
 CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_triggerdef(t.oid) AS text) d
 -- A partition's trigger that follows from its table's counts as internal below 15, as those of foreign keys do everywhere.
 WHERE NOT t.tgisinternal OR (o.oid IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.oid = t.tgconstraint AND k.contype = 'f'))
UNION ALL
SELECT 'statistics object', 'pg_catalog.pg_statistic_ext'::regclass::int8 * 4294967296 + x.oid::int8, r.nspname, r.relname, i.identity, NULL,
       -- Its own target from 13 on; -1 below 17, and null from there, where none was set.
       pg_catalog.concat_ws(' ', x.stxkind::text, pg_catalog.pg_get_statisticsobjdef(x.oid), 'target ' || NULLIF(pg_catalog.to_jsonb(x) ->> 'stxstattarget', '-1'))
  FROM pg_catalog.pg_statistic_ext x JOIN rel r ON r.oid = x.stxrelid
 CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.pg_statistic_ext'::regclass, x.oid, 0) i
UNION ALL
SELECT 'rule', 'pg_catalog.pg_rewrite'::regclass::int8 * 4294967296 + w.oid::int8, r.nspname, r.relname, r.nspname || E'\x01' || r.relname || E'\x01' || w.rulename, NULL, pg_catalog.pg_get_ruledef(w.oid) || ' ' || w.ev_enabled::text
  FROM pg_catalog.pg_rewrite w JOIN rel r ON r.oid = w.ev_class WHERE r.relkind NOT IN ('v', 'm') OR w.rulename <> '_RETURN'
UNION ALL
SELECT 'definition', r.id, r.nspname, r.relname, r.nspname || E'\x01' || r.relname, NULL, pg_catalog.pg_get_viewdef(r.oid) FROM rel r WHERE r.relkind IN ('v', 'm')
UNION ALL
SELECT 'policy', 'pg_catalog.pg_policy'::regclass::int8 * 4294967296 + p.oid::int8, r.nspname, r.relname, r.nspname || E'\x01' || r.relname || E'\x01' || p.polname, NULL,
       pg_catalog.concat_ws(' ', p.polcmd, p.polpermissive) FROM pg_catalog.pg_policy p JOIN rel r ON r.oid = p.polrelid
UNION ALL
SELECT 'policy condition', 'pg_catalog.pg_policy'::regclass::int8 * 4294967296 + p.oid::int8, r.nspname, r.relname, r.nspname || E'\x01' || r.relname || E'\x01' || p.polname, NULL,
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) FROM pg_catalog.pg_policy p JOIN rel r ON r.oid = p.polrelid WHERE p.polqual IS NOT NULL
UNION ALL
SELECT 'policy check', 'pg_catalog.pg_policy'::regclass::int8 * 4294967296 + p.oid::int8, r.nspname, r.relname, r.nspname || E'\x01' || r.relname || E'\x01' || p.polname, NULL,
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) FROM pg_catalog.pg_policy p JOIN rel r ON r.oid = p.polrelid WHERE p.polwithcheck IS NOT NULL
UNION ALL
SELECT 'policy', 'pg_catalog.pg_policy'::regclass::int8 * 4294967296 + p.oid::int8, r.nspname, r.relname, r.nspname || E'\x01' || r.relname || E'\x01' || p.polname, ARRAY[g.rolname::text], 'for'
  FROM pg_catalog.pg_policy p JOIN rel r ON r.oid = p.polrelid CROSS JOIN LATERAL pg_catalog.unnest(p.polroles) u (oid) JOIN pg_catalog.pg_roles g ON g.oid = u.oid
UNION ALL
SELECT 'sequence options', r.id, r.of_schema, r.of_relation, r.nspname || E'\x01' || r.relname, NULL,
       pg_catalog.concat_ws(' ', pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle, 'of ' || r.of_schema || E'\x01' || r.of_relation || E'\x01' || r.of_column)
  FROM rel r JOIN pg_catalog.pg_sequence s ON s.seqrelid = r.oid
UNION ALL
SELECT 'function', f.id, f.nspname, NULL, f.signature, NULL,
       CASE WHEN f.prokind = 'a' THEN 'aggregate ' || pg_catalog.concat_ws(' ', a.aggtransfn, a.aggfinalfn, a.aggcombinefn, pg_catalog.format_type(a.aggtranstype, NULL), a.agginitval, a.aggmtransfn,
              a.aggserialfn, a.aggdeserialfn, a.aggminvtransfn, a.aggmfinalfn, pg_catalog.format_type(NULLIF(a.aggmtranstype, 0), NULL), a.aggminitval, a.aggkind, a.aggnumdirectargs,
              -- What is said of a final function that there is none of, no dump says.
              a.aggfinalextra AND a.aggfinalfn <> 0, a.aggmfinalextra AND a.aggmfinalfn <> 0,
              CASE WHEN a.aggfinalfn = 0 THEN 'r' ELSE a.aggfinalmodify END, CASE WHEN a.aggmfinalfn = 0 THEN 'r' ELSE a.aggmfinalmodify END, a.aggsortop::regoperator, a.aggtransspace, a.aggmtransspace, 'parallel ' || f.proparallel::text,
              'of ' || pg_catalog.pg_get_function_identity_arguments(f.oid))
            -- A body that the server parsed is printed anew, and listed by itself; others are kept as they came.
            ELSE pg_catalog.md5(pg_catalog.convert_to(pg_catalog.concat_ws(E'\n', d.head, f.probin, f.prosrc), $4)) END
  FROM fun f LEFT JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = f.oid
 CROSS JOIN LATERAL (SELECT CASE WHEN f.prokind = 'a' THEN NULL WHEN f.prosrc <> '' THEN pg_catalog.pg_get_functiondef(f.oid)
                                 ELSE pg_catalog.split_part(pg_catalog.split_part(pg_catalog.pg_get_functiondef(f.oid), E'\nBEGIN ATOMIC', 1), E'\nRETURN ', 1)
                            END AS text) t
 -- Without defaults of arguments, which the server can print in two forms. From 14 on, IN is printed before the arguments of procedures.
 CROSS JOIN LATERAL (SELECT pg_catalog.replace(pg_catalog.replace(pg_catalog.split_part(t.text, E'\nAS ', 1) || E'\n', f.as_role, ''),
                              pg_catalog.pg_get_function_arguments(f.oid),
                              pg_catalog.regexp_replace(pg_catalog.pg_get_function_identity_arguments(f.oid), '(^|, )IN ', '\1', 'g')) AS head) d
UNION ALL
SELECT 'argument defaults', f.id, f.nspname, NULL, f.signature, NULL, pg_catalog.pg_get_expr(f.proargdefaults, 0) FROM fun f WHERE f.pronargdefaults > 0
UNION ALL
SELECT 'function body', f.id, f.nspname, NULL, f.signature, NULL, pg_catalog.replace(pg_catalog.pg_get_functiondef(f.oid), f.as_role, '') FROM fun f WHERE f.prokind <> 'a' AND f.prosrc = ''
UNION ALL
SELECT 'function setting', f.id, f.nspname, NULL, f.signature || ' ' || pg_catalog.split_part(c, '=', 1), ARRAY[pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1)], 'as'
  FROM fun f CROSS JOIN LATERAL pg_catalog.unnest(f.proconfig) c WHERE pg_catalog.split_part(c, '=', 1) IN ('role', 'session_authorization')
UNION ALL
SELECT 'type', t.id, t.nspname, NULL, t.nspname || E'\x01' || t.typname, NULL,
       pg_catalog.concat_ws(' ', t.typtype,
         (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder)
            FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
         CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END,
         CASE WHEN t.typtype = 'd' THEN 'collate ' || (SELECT NULLIF(l.name, 'default') FROM coll l WHERE l.oid = t.typcollation) END,
         (SELECT pg_catalog.concat_ws(' ', pg_catalog.format_type(g.rngsubtype, NULL), 'collate ' || (SELECT l.name FROM coll l WHERE l.oid = g.rngcollation), g.rngcanonical, g.rngsubdiff,
                   (SELECT 'by ' || s.name || o.opcname FROM pg_catalog.pg_opclass o JOIN prefix s ON s.oid = o.opcnamespace
                     WHERE o.oid = g.rngsubopc AND NOT o.opcdefault))
            FROM pg_catalog.pg_range g WHERE g.rngtypid = t.oid), CASE WHEN t.typnotnull THEN 'not null' END,
         -- The text is as it was written under the search_path of that time.
         COALESCE(pg_catalog.pg_get_expr(t.typdefaultbin, 0), t.typdefault),
         (SELECT pg_catalog.string_agg(k.conname || ' ' || pg_catalog.pg_get_constraintdef(k.oid), ',' ORDER BY k.conname)
            FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
         (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), 'collate ' || NULLIF(l.name, 'default')), ',' ORDER BY a.attnum)
            FROM pg_catalog.pg_attribute a LEFT JOIN coll l ON l.oid = a.attcollation WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND NOT a.attisdropped))
  FROM typ t
UNION ALL
SELECT 'extension', NULL, NULL, NULL, e.extname, NULL, 'in ' || n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
UNION ALL
SELECT 'event trigger', NULL, NULL, NULL, e.evtname, NULL, 
       -- Whether it fires stands last.
       pg_catalog.concat_ws(' ', e.evtevent, n.nspname || E'\x01' || p.proname, (SELECT pg_catalog.string_agg(t, ',' ORDER BY t COLLATE pg_catalog."C") FROM pg_catalog.unnest(e.evttags) t), e.evtenabled)
  FROM pg_catalog.pg_event_trigger e JOIN pg_catalog.pg_proc p ON p.oid = e.evtfoid JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_event_trigger'::regclass AND m.objid = e.oid)
UNION ALL
-- Compared where publications are copied; those of all tables, and whole schemas, only where the target's login is a superuser, as nobody else can make them. Below 13 there is
-- no pubviaroot, and none publishes so; filters of rows and columns, and schemas, are from 15 on, generated columns from 18.
SELECT 'publication', NULL, NULL, NULL, p.pubname, NULL,
       pg_catalog.concat_ws(' ', CASE WHEN p.puballtables THEN 'all tables' END, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate, COALESCE(pg_catalog.to_jsonb(p) ->> 'pubviaroot', 'false'),
         NULLIF(pg_catalog.to_jsonb(p) ->> 'pubgencols', 'n'))
  FROM pg_catalog.pg_publication p WHERE $2 OR NOT p.puballtables
UNION ALL
SELECT 'published schema', NULL, i.schema, NULL, i.identity, NULL, ''
  FROM pg_catalog.pg_depend d CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
 WHERE $2 AND d.refclassid = 'pg_catalog.pg_publication'::regclass AND i.type = 'publication namespace'
UNION ALL
SELECT 'published table', r.id, r.nspname, r.relname, p.pubname || ' of ' || r.nspname || E'\x01' || r.relname, NULL,
       pg_catalog.concat_ws(' ', p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate, COALESCE(pg_catalog.to_jsonb(p) ->> 'pubviaroot', 'false'),
         'where ' || pg_catalog.pg_get_expr(z.prqual, m.prrelid),
         (SELECT 'columns ' || pg_catalog.string_agg(a.attname, ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = m.prrelid AND a.attnum = ANY (z.prattrs)))
  FROM pg_catalog.pg_publication_rel m JOIN pg_catalog.pg_publication p ON p.oid = m.prpubid JOIN rel r ON r.oid = m.prrelid
 CROSS JOIN (SELECT NULL::pg_node_tree AS prqual, NULL::int2vector AS prattrs) older
 CROSS JOIN LATERAL (SELECT prqual, prattrs FROM (SELECT m.*) b) z
UNION ALL
SELECT 'large objects', NULL, NULL, NULL, 'all', NULL, pg_catalog.count(*)::text FROM pg_catalog.pg_largeobject_metadata
UNION ALL
SELECT 'large object comment', NULL, NULL, NULL, d.objoid::text, NULL, d.description FROM pg_catalog.pg_description d WHERE d.classoid = 'pg_catalog.pg_largeobject'::regclass
UNION ALL
SELECT 'comment', r.id, r.of_schema, r.of_relation, pg_catalog.concat_ws(E'\x01', r.nspname, r.relname, a.attname), NULL, d.description
  FROM pg_catalog.pg_description d JOIN rel r ON r.oid = d.objoid
  LEFT JOIN pg_catalog.pg_attribute a ON d.objsubid > 0 AND a.attrelid = r.oid AND a.attnum = d.objsubid
 WHERE d.classoid = 'pg_catalog.pg_class'::regclass
UNION ALL
SELECT 'comment', 'pg_catalog.pg_class'::regclass::int8 * 4294967296 + c.oid::int8, r.nspname, r.relname, 'index ' || r.nspname || E'\x01' || c.relname, NULL, d.description
  FROM pg_catalog.pg_description d JOIN pg_catalog.pg_index i ON i.indexrelid = d.objoid JOIN rel r ON r.oid = i.indrelid JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
 WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND (i.indisvalid OR r.relkind = 'p')
UNION ALL
-- Comments on extensions come with them; only superusers carry over what somebody made of one. Those on publications go with them; subscriptions are
-- compared by themselves.
SELECT 'comment', d.classoid::int8 * 4294967296 + d.objoid::int8, CASE WHEN d.classoid IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_type'::regclass) THEN (pg_catalog.parse_ident(i.schema))[1] END, NULL, i.type || ' ' || i.identity, NULL, d.description
  FROM pg_catalog.pg_description d CROSS JOIN LATERAL (SELECT o.type, o.schema, pg_catalog.replace(pg_catalog.regexp_replace(o.identity, '\mpg_catalog\.json\M', 'json', 'g'), ' on language ', ' language ') AS identity
                       FROM pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) o) i
 WHERE CASE WHEN d.classoid = 'pg_catalog.pg_namespace'::regclass AND d.objoid = pg_catalog.to_regnamespace('public')::oid
            -- Somebody may have made it anew; that it has the comment of every new one is no difference to one that has none.
            THEN d.description <> 'standard public schema'
            -- One that is made anew is no other: initdb's own has a lower oid.
            ELSE d.objoid >= 16384 OR d.classoid = 'pg_catalog.pg_extension'::regclass END
   AND d.classoid NOT IN ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_largeobject'::regclass, 'pg_catalog.pg_subscription'::regclass)
   AND (d.classoid <> 'pg_catalog.pg_extension'::regclass
        OR $2 AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.oid = d.objoid AND e.extname = ANY ($3)))
   AND ($2 OR d.classoid <> 'pg_catalog.pg_publication'::regclass OR d.objoid NOT IN (SELECT p.oid FROM pg_catalog.pg_publication p WHERE p.puballtables))
   AND i.identity NOT LIKE 'migplan\_ledger%' AND NOT EXISTS (SELECT FROM member m WHERE m.classid = d.classoid AND m.objid = d.objoid)
UNION ALL
SELECT 'security label', NULL, NULL, NULL, l.objtype || ' ' || l.objname || ' of ' || l.provider, NULL, l.label
  FROM pg_catalog.pg_seclabels l WHERE l.objtype NOT IN ('database', 'role', 'tablespace', 'large object', 'publication', 'subscription')
UNION ALL
SELECT i.type, o.class::int8 * 4294967296 + o.oid::int8, (pg_catalog.parse_ident(i.schema))[1], NULL, i.identity, NULL, o.value
  FROM (SELECT 'pg_catalog.pg_operator'::regclass AS class, x.oid, pg_catalog.concat_ws(' ', x.oprcode, x.oprrest, x.oprjoin, x.oprcanhash, x.oprcanmerge,
                 -- Where one of two names the other, some versions note it of the other, too, and some only where it was said: it holds both ways.
                 COALESCE(NULLIF(x.oprcom, 0), (SELECT y.oid FROM pg_catalog.pg_operator y WHERE y.oprcom = x.oid AND x.oid >= 16384 LIMIT 1), 0)::regoperator,
                 COALESCE(NULLIF(x.oprnegate, 0), (SELECT y.oid FROM pg_catalog.pg_operator y WHERE y.oprnegate = x.oid AND x.oid >= 16384 LIMIT 1), 0)::regoperator) AS value FROM pg_catalog.pg_operator x
                   -- One that was named by others only is made where they are, and stays when they are dropped; pg_dump knows none.
                   WHERE x.oprcode <> 0
        UNION ALL SELECT 'pg_catalog.pg_opclass'::regclass, x.oid, pg_catalog.concat_ws(' ', x.opcdefault, pg_catalog.format_type(x.opcintype, NULL), pg_catalog.format_type(NULLIF(x.opckeytype, 0), NULL),
                    (SELECT s.name || m.opfname FROM pg_catalog.pg_opfamily m JOIN prefix s ON s.oid = m.opfnamespace WHERE m.oid = x.opcfamily)) FROM pg_catalog.pg_opclass x
        UNION ALL SELECT 'pg_catalog.pg_opfamily'::regclass, x.oid, '' FROM pg_catalog.pg_opfamily x
        UNION ALL
        -- ICU's locale has a column of its own from 15 on, of another name from 17 on; from 16 on, it is kept in ICU's form, without `-true`.
        SELECT 'pg_catalog.pg_collation'::regclass, x.oid, pg_catalog.concat_ws(' ', x.collprovider, CASE WHEN x.collprovider = 'i'
                 THEN pg_catalog.replace(COALESCE(pg_catalog.to_jsonb(x) ->> 'colllocale', pg_catalog.to_jsonb(x) ->> 'colliculocale', x.collcollate), '-true', '')
                 ELSE pg_catalog.concat_ws(' ', x.collcollate, x.collctype, pg_catalog.to_jsonb(x) ->> 'colllocale') END, x.collisdeterministic,
                 'rules ' || pg_catalog.md5(pg_catalog.convert_to(pg_catalog.to_jsonb(x) ->> 'collicurules', $4))) FROM pg_catalog.pg_collation x
        UNION ALL SELECT 'pg_catalog.pg_conversion'::regclass, x.oid, pg_catalog.concat_ws(' ', x.conproc, x.condefault,
                    pg_catalog.pg_encoding_to_char(x.conforencoding), 'to', pg_catalog.pg_encoding_to_char(x.contoencoding)) FROM pg_catalog.pg_conversion x
        UNION ALL SELECT 'pg_catalog.pg_ts_config'::regclass, x.oid, pg_catalog.concat_ws(' ', (SELECT s.name || p.prsname FROM pg_catalog.pg_ts_parser p JOIN prefix s ON s.oid = p.prsnamespace WHERE p.oid = x.cfgparser),
                                                                      (SELECT pg_catalog.string_agg(m.maptokentype || ' ' || m.mapdict::regdictionary, ',' ORDER BY m.maptokentype, m.mapseqno)
                                                                         FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg = x.oid)) FROM pg_catalog.pg_ts_config x
        UNION ALL SELECT 'pg_catalog.pg_ts_dict'::regclass, x.oid, pg_catalog.concat_ws(' ', (SELECT s.name || p.tmplname FROM pg_catalog.pg_ts_template p JOIN prefix s ON s.oid = p.tmplnamespace WHERE p.oid = x.dicttemplate), x.dictinitoption) FROM pg_catalog.pg_ts_dict x
        UNION ALL SELECT 'pg_catalog.pg_ts_parser'::regclass, x.oid, pg_catalog.concat_ws(' ', x.prsstart, x.prstoken, x.prsend, x.prsheadline, x.prslextype) FROM pg_catalog.pg_ts_parser x
        UNION ALL SELECT 'pg_catalog.pg_ts_template'::regclass, x.oid, pg_catalog.concat_ws(' ', x.tmplinit, x.tmpllexize) FROM pg_catalog.pg_ts_template x
        UNION ALL SELECT 'pg_catalog.pg_cast'::regclass, x.oid, pg_catalog.concat_ws(' ', x.castcontext, x.castmethod, x.castfunc::regprocedure) FROM pg_catalog.pg_cast x
                   -- From a range to its multirange: made by the server, from 14 on.
                   WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_range r WHERE r.rngtypid = x.castsource AND pg_catalog.to_jsonb(r) ->> 'rngmultitypid' = x.casttarget::text)
        UNION ALL SELECT 'pg_catalog.pg_language'::regclass, x.oid, x.lanpltrusted::text FROM pg_catalog.pg_language x
        UNION ALL SELECT 'pg_catalog.pg_transform'::regclass, x.oid, pg_catalog.concat_ws(' ', x.trffromsql, x.trftosql) FROM pg_catalog.pg_transform x
        UNION ALL SELECT 'pg_catalog.pg_am'::regclass, x.oid, x.amhandler::text FROM pg_catalog.pg_am x
        UNION ALL SELECT 'pg_catalog.pg_foreign_data_wrapper'::regclass, x.oid, pg_catalog.concat_ws(' ', x.fdwhandler::regproc, x.fdwvalidator::regproc,
                    (SELECT pg_catalog.string_agg(o, ',' ORDER BY o COLLATE pg_catalog."C") FROM pg_catalog.unnest(x.fdwoptions) o)) FROM pg_catalog.pg_foreign_data_wrapper x
        -- Options of a server may hold secrets; of a user mapping they do.
        UNION ALL SELECT 'pg_catalog.pg_foreign_server'::regclass, x.oid, pg_catalog.concat_ws(' ', (SELECT w.fdwname FROM pg_catalog.pg_foreign_data_wrapper w WHERE w.oid = x.srvfdw), 'type ' || x.srvtype, 'version ' || x.srvversion,
                    pg_catalog.md5(pg_catalog.convert_to((SELECT pg_catalog.string_agg(o, ',' ORDER BY o COLLATE pg_catalog."C") FROM pg_catalog.unnest(x.srvoptions) o), $4)))
                    FROM pg_catalog.pg_foreign_server x) o
 CROSS JOIN LATERAL (SELECT f.type, f.schema, pg_catalog.replace(pg_catalog.regexp_replace(f.identity, '\mpg_catalog\.json\M', 'json', 'g'), ' on language ', ' language ') AS identity
                       FROM pg_catalog.pg_identify_object(o.class, o.oid, 0) f) i
 WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = o.class AND m.objid = o.oid)
UNION ALL
SELECT 'user mapping', NULL, NULL, NULL, u.srvname, ARRAY[COALESCE(r.rolname::text, '')], '' FROM pg_catalog.pg_user_mappings u LEFT JOIN pg_catalog.pg_roles r ON r.oid = u.umuser
UNION ALL
SELECT 'owner', r.id, r.of_schema, r.of_relation, r.nspname || E'\x01' || r.relname, ARRAY[o.rolname::text], '' FROM rel r JOIN pg_catalog.pg_roles o ON o.oid = r.relowner
UNION ALL
SELECT 'owner', NULL, n.nspname, NULL, 'schema ' || n.nspname, ARRAY[o.rolname::text], '' FROM space n JOIN pg_catalog.pg_roles o ON o.oid = n.nspowner
 WHERE NOT n.is_member
   -- Below 15 it is a superuser's (oid 10) that nobody chose; the default from 15 on (oid 6171) only superusers give back.
   AND (n.nspname <> 'public'
        OR o.rolname <> 'rdsadmin' AND CASE WHEN pg_catalog.current_setting('server_version_num')::int4 < 150000 THEN n.nspowner <> 10 ELSE $2 OR n.nspowner <> 6171 END)
UNION ALL
SELECT 'owner', f.id, f.nspname, NULL, f.signature, ARRAY[o.rolname::text], '' FROM fun f JOIN pg_catalog.pg_roles o ON o.oid = f.proowner
UNION ALL
SELECT 'owner', t.id, t.nspname, NULL, 'type ' || t.nspname || E'\x01' || t.typname, ARRAY[o.rolname::text], '' FROM typ t JOIN pg_catalog.pg_roles o ON o.oid = t.typowner
UNION ALL
-- Only publications are outside of schemas, and have their owners compared. Those of all tables as above.
SELECT 'owner', NULL, NULL, NULL, 'publication ' || p.pubname, ARRAY[o.rolname::text], '' FROM pg_catalog.pg_publication p JOIN pg_catalog.pg_roles o ON o.oid = p.pubowner WHERE $2 OR NOT p.puballtables
UNION ALL
SELECT 'owner', t.id, t.nspname, NULL, 'multirange type of ' || t.nspname || E'\x01' || t.typname, ARRAY[o.rolname::text], '' FROM typ t JOIN multi m ON m.of = t.oid JOIN pg_catalog.pg_roles o ON o.oid = m.typowner
UNION ALL
SELECT 'grant', a.id, a.schema, a.relation, a.name, ARRAY[COALESCE(g.rolname::text, ''), pg_catalog.pg_get_userbyid(a.owner)::text, pg_catalog.pg_get_userbyid(x.grantor)::text, pg_catalog.pg_get_userbyid(a.giver)::text],
       pg_catalog.string_agg(DISTINCT x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ',')
  FROM acl a CROSS JOIN LATERAL pg_catalog.aclexplode(a.acl) x LEFT JOIN pg_catalog.pg_roles g ON g.oid = x.grantee
 WHERE (x.privilege_type <> 'MAINTAIN' OR $1) AND x.grantee IS DISTINCT FROM a.owner
 GROUP BY 2, 3, 4, 5, 6
UNION ALL
-- For new objects of the second role. Those that hold in all schemas begin with what holds without them: listed is what is otherwise.
SELECT 'default privileges', NULL, n.nspname, NULL, pg_catalog.concat_ws(' ', 'for', CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas'
         ELSE d.defaclobjtype::text END, 'in ' || n.nspname, 'of'), ARRAY[COALESCE(g.rolname::text, ''), o.rolname::text], p.privileges
  FROM pg_catalog.pg_default_acl d JOIN pg_catalog.pg_roles o ON o.oid = d.defaclrole LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
 CROSS JOIN LATERAL (
       SELECT COALESCE(own.grantee, common.grantee) AS grantee, own.privileges
         FROM (SELECT a.grantee, pg_catalog.string_agg(DISTINCT a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END, ',') AS privileges
                 FROM pg_catalog.aclexplode(d.defaclacl) a WHERE a.privilege_type <> 'MAINTAIN' OR $1 GROUP BY 1) own
         FULL JOIN (SELECT a.grantee, pg_catalog.string_agg(DISTINCT a.privilege_type, ',') AS privileges
                      FROM pg_catalog.aclexplode(CASE WHEN n.oid IS NULL THEN pg_catalog.acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, o.oid) END) a
                     WHERE a.privilege_type <> 'MAINTAIN' OR $1 GROUP BY 1) common ON common.grantee = own.grantee
        WHERE own.privileges IS DISTINCT FROM common.privileges) p
  LEFT JOIN pg_catalog.pg_roles g ON g.oid = p.grantee
