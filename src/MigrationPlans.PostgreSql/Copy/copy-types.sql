-- The types with the given oids ($1) and all that they are built of: elements, base types, attributes, subtypes.
-- Reads pg_type, pg_attribute, pg_range, pg_depend, pg_extension; PostgreSQL 12 to 18 (rngmultitypid, from 14, is read through JSON).
WITH RECURSIVE range(type, subtype) AS MATERIALIZED (
  -- Once, not for each type: pg_range has no index by multirange.
  SELECT r.rngtypid, r.rngsubtype FROM pg_catalog.pg_range r
  UNION ALL
  SELECT (m.one ->> 'rngmultitypid')::pg_catalog.oid, m.rngsubtype
  FROM (SELECT r.rngsubtype, pg_catalog.to_jsonb(r) AS one FROM pg_catalog.pg_range r) m
  WHERE m.one ->> 'rngmultitypid' IS NOT NULL
), used(oid) AS (
  SELECT pg_catalog.unnest($1::pg_catalog.oid[])
  UNION
  SELECT part.oid
  FROM used
  JOIN pg_catalog.pg_type t ON t.oid = used.oid
  LEFT JOIN range ON range.type = t.oid
  CROSS JOIN LATERAL (
    SELECT t.typelem AS oid WHERE t.typelem <> 0
    UNION ALL
    SELECT t.typbasetype WHERE t.typbasetype <> 0
    UNION ALL
    SELECT a.atttypid FROM pg_catalog.pg_attribute a
    WHERE t.typrelid <> 0 AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT range.subtype WHERE range.subtype IS NOT NULL
  ) part
)
SELECT
  t.oid,
  n.nspname::pg_catalog.text AS schema,
  t.typname::pg_catalog.text AS name,
  t.typtype::pg_catalog.text AS type,
  t.typsend <> 0 AND t.typreceive <> 0 AS has_binary_form,
  t.typcategory = 'A' AS is_array,
  ARRAY(
    SELECT t.typelem WHERE t.typelem <> 0
    UNION ALL
    SELECT t.typbasetype WHERE t.typbasetype <> 0
    UNION ALL
    (SELECT a.atttypid FROM pg_catalog.pg_attribute a
    WHERE t.typrelid <> 0 AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
    UNION ALL
    SELECT range.subtype WHERE range.subtype IS NOT NULL
  ) AS parts,
  (
    SELECT e.extname || ' ' || e.extversion
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
    WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid
      AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e'
  ) AS extension,
  ARRAY(
    SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a
    WHERE t.typrelid <> 0 AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
  ) AS attributes
FROM (SELECT DISTINCT oid FROM used) u
JOIN pg_catalog.pg_type t ON t.oid = u.oid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN range ON range.type = t.oid
