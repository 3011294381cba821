-- What columns of child tables have otherwise than a parent's, and no dump says: oid, schema and name of the table, column, what ALTER COLUMN says of it, from which version on it can be said, and from which on it
-- no longer can (null where it always can). A partition is made by itself and then attached, with its own expressions and NOT NULL, but not by a pg_dump below 14, which makes it like its root: its storage is
-- said anyway. Below 14 no column has a compression of its own. pg_inherits, pg_attribute, pg_attrdef; 12 to 18.
WITH child AS (
  SELECT c.oid, c.relkind, c.relispartition, n.nspname, c.relname, a.attname, a.attnum, a.attislocal, a.attnotnull, a.attgenerated, a.attstorage,
         t.typstorage, z.compression, i.inhparent, p.attnum AS of_parent, p.attnotnull AS parent_notnull, p.attstorage AS parent_storage, z.parent_compression
    FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f')
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_attribute p ON p.attrelid = i.inhparent AND p.attname = a.attname AND p.attnum > 0 AND NOT p.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
   CROSS JOIN (SELECT ''::"char" AS attcompression) older
   -- The column's own from 14 on; below, the name means what stands above.
   CROSS JOIN LATERAL (SELECT (SELECT attcompression FROM (SELECT a.*) b) AS compression, (SELECT attcompression FROM (SELECT p.*) b) AS parent_compression) z
)
SELECT DISTINCT c.oid, c.nspname::text, c.relname::text, c.attname::text, s.clause, s.since, s.below, c.attnum
  FROM child c
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = c.attnum AND c.attgenerated <> ''
  LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid = c.inhparent AND e.adnum = c.of_parent AND c.attgenerated <> ''
 CROSS JOIN LATERAL (
       SELECT 'SET EXPRESSION AS (' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) || ')' AS clause, 17 AS since, NULL::int4 AS below
        WHERE NOT c.relispartition AND NOT c.attislocal AND pg_catalog.pg_get_expr(e.adbin, e.adrelid) <> pg_catalog.pg_get_expr(d.adbin, d.adrelid)
       -- From 18 on NOT NULL is inherited.
       UNION ALL SELECT 'DROP NOT NULL', 12, 18 WHERE NOT c.relispartition AND c.parent_notnull AND NOT c.attnotnull
       UNION ALL SELECT 'SET STORAGE ' || CASE c.typstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END, 12, NULL
        WHERE c.attstorage = c.typstorage AND c.parent_storage <> c.attstorage
       UNION ALL SELECT 'SET COMPRESSION default', 14, NULL WHERE c.relkind <> 'f' AND c.compression = '' AND c.parent_compression <> '') s
 ORDER BY 2, 3, c.attnum
