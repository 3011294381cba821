-- The versions of the libraries that sort: one collation of each provider stands for all. pg_collation; 12 to 18.
SELECT CASE p.code WHEN 'i' THEN 'icu' ELSE 'libc' END, v.version
  FROM (VALUES ('i'), ('c')) p (code)
 CROSS JOIN LATERAL (SELECT l.oid FROM pg_catalog.pg_collation l WHERE l.collprovider::text = p.code AND l.oid < 16384
                        AND pg_catalog.lower(l.collname) NOT IN ('c', 'posix', 'ucs_basic', 'c.utf8', 'c.utf-8', 'pg_c_utf8')
                      ORDER BY l.collname::text COLLATE pg_catalog."C" LIMIT 1) c
 CROSS JOIN LATERAL (SELECT pg_catalog.pg_collation_actual_version(c.oid) AS version) v
 WHERE v.version IS NOT NULL
