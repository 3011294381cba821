-- The source's estimates of how many rows tables have ($1 schemas, $2 names, $3 rows), for those that no index build has counted. Pages are
-- counted here: the source's may be full of dead rows. 18.
SELECT pg_catalog.pg_restore_relation_stats(
         'schemaname', w.schema, 'relname', w.name, 'reltuples', w.rows, 'relpages',
         CASE WHEN c.relkind = 'p' THEN -1 ELSE (pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint)::integer END)
  FROM unnest($1::text[], $2::text[], $3::real[]) AS w (schema, name, rows)
  JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
 WHERE c.reltuples < 0 AND w.rows >= 0
