-- Indexes whose order a library decides, by provider: how many, and one of them. pg_index, pg_collation; 12 to 18 (datlocprovider from
-- 15 on, read through JSON). The library's own collations C and POSIX, and the builtin provider, sort the same everywhere.
SELECT p.provider, pg_catalog.count(DISTINCT i.indexrelid)::int4, pg_catalog.min(n.nspname || '.' || c.relname)
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL pg_catalog.unnest(i.indcollation) k (oid)
  JOIN pg_catalog.pg_collation l ON l.oid = k.oid
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
 CROSS JOIN LATERAL (SELECT CASE WHEN l.collprovider = 'd' THEN COALESCE(pg_catalog.to_jsonb(d) ->> 'datlocprovider', 'c') ELSE l.collprovider::text END AS code,
                            CASE WHEN l.collprovider = 'd' THEN d.datcollate::text ELSE l.collcollate::text END AS locale) o
 CROSS JOIN LATERAL (SELECT CASE o.code WHEN 'i' THEN 'icu' WHEN 'c' THEN 'libc' END AS provider) p
 WHERE p.provider IS NOT NULL AND (o.code = 'i' OR pg_catalog.lower(o.locale) NOT IN ('c', 'posix', 'c.utf8', 'c.utf-8'))
   AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger')
 GROUP BY 1 ORDER BY 1
