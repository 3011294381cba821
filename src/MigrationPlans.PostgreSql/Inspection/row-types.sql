-- Columns of the server's own catalogs and views of these names ($1, quoted where they must be), in order; none where there is no such one. pg_attribute; 12 to 18.
SELECT n.name, COALESCE((SELECT pg_catalog.string_agg(pg_catalog.format('%s %s', a.attname, pg_catalog.format_type(a.atttypid, NULL)), ', ' ORDER BY a.attnum)
                           FROM pg_catalog.pg_attribute a WHERE a.attrelid = pg_catalog.to_regclass(n.name) AND a.attnum > 0 AND NOT a.attisdropped), '')
  FROM pg_catalog.unnest($1) AS n (name)
