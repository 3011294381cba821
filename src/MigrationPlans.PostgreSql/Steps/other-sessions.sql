-- Client sessions in this database from before a moment, without our own, and workers of subscriptions, which go by themselves once these are disabled (their type has had several names). Without pg_read_all_stats only
-- pid, database and user of others show: then a session counts whatever it is. pg_stat_activity; 12 to 18.
SELECT pg_catalog.count(*)::int4
  FROM pg_catalog.pg_stat_activity a
 WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
   AND (a.backend_type IS NULL OR a.backend_type = 'client backend' OR a.backend_type LIKE 'logical replication %')
   AND (a.backend_start IS NULL OR a.backend_start < $1)
   AND NOT (a.usename = current_user AND (a.application_name IN ('migplan', 'pg_dump') OR a.application_name LIKE 'migplan-%'))
