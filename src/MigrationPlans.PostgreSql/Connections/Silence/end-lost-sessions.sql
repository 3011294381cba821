-- Ends sessions of ours by process id, where they are the very ones: as they were seen before (start of the server, start of the session), or else at least as old as we know ours to be.
-- Those of a program that we started have a name that no others have.
SELECT pg_terminate_backend(a.pid)
  FROM pg_stat_activity a
  LEFT JOIN unnest($1::int[], $2::text[], $3::float8[]) AS lost (pid, seen, age) ON lost.pid = a.pid
 WHERE a.usename = session_user AND a.pid <> pg_backend_pid()
   AND (a.application_name = ANY ($4)
        OR (a.application_name = 'migplan'
            AND CASE WHEN lost.seen = '' THEN extract(epoch FROM clock_timestamp() - a.backend_start) >= lost.age - 2
                     ELSE lost.seen = extract(epoch FROM pg_postmaster_start_time())::text || ' ' || extract(epoch FROM a.backend_start)::text END))
