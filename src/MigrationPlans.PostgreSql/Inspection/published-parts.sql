-- What each publication publishes: tables, whole schemas (from 15 on: their catalog is read by what pg_depend says of its rows), or all tables, which
-- stand without a schema. pg_publication, pg_publication_rel, pg_depend; 12 to 18.
SELECT p.pubname::text, n.nspname::text, c.relname::text
  FROM pg_catalog.pg_publication_rel m JOIN pg_catalog.pg_publication p ON p.oid = m.prpubid
  JOIN pg_catalog.pg_class c ON c.oid = m.prrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
UNION ALL
SELECT p.pubname::text, n.nspname::text, NULL
  FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_publication p ON d.refclassid = 'pg_catalog.pg_publication'::regclass AND p.oid = d.refobjid
  JOIN pg_catalog.pg_depend s ON s.classid = d.classid AND s.objid = d.objid AND s.refclassid = 'pg_catalog.pg_namespace'::regclass
  JOIN pg_catalog.pg_namespace n ON n.oid = s.refobjid
 WHERE d.classid = pg_catalog.to_regclass('pg_catalog.pg_publication_namespace')
UNION ALL
SELECT p.pubname::text, NULL, NULL FROM pg_catalog.pg_publication p WHERE p.puballtables
 ORDER BY 1, 2, 3
