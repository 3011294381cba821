-- Ends the client sessions that other-sessions.sql counts. The list is made first, as a whole: beside the other conditions the planner is
-- free to ask pg_terminate_backend first, which would end everybody, ourselves included. pg_stat_activity; 12 to 18.
WITH other AS MATERIALIZED (
  SELECT a.pid
    FROM pg_catalog.pg_stat_activity a
   WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
     AND (a.backend_type IS NULL OR a.backend_type = 'client backend')
     AND (a.backend_start IS NULL OR a.backend_start < $1)
     AND NOT (a.usename = current_user AND (a.application_name IN ('migplan', 'pg_dump') OR a.application_name LIKE 'migplan-%'))
)
SELECT o.pid, pg_catalog.pg_terminate_backend(o.pid) FROM other o
