-- pg_stat_activity and pg_stat_progress_create_index, 12 and later: sessions of this login, by process id or by the name of the application, and the one that asks. Whom one waits for is only asked of those that wait for a lock.
SELECT a.pid,
       a.pid = pg_backend_pid(),
       COALESCE(a.state, ''),
       CASE WHEN a.wait_event IS NULL THEN '' ELSE a.wait_event_type || ' ' || a.wait_event END,
       COALESCE(a.state_change::text, ''),
       CASE WHEN a.wait_event_type = 'Lock' THEN
         COALESCE((SELECT string_agg(b.pid || COALESCE(' (' || NULLIF(b.application_name, '') || ')', ''), ', ')
                     FROM pg_stat_activity b WHERE b.pid = ANY (pg_blocking_pids(a.pid))), '')
       ELSE '' END,
       COALESCE(lower(p.command) || ' on ' || p.relid::regclass::text || ', ' || p.phase
         || COALESCE(', ' || CASE WHEN p.tuples_total > 0 THEN 100 * p.tuples_done / p.tuples_total ELSE 100 * p.blocks_done / NULLIF(p.blocks_total, 0) END || ' %', ''), ''),
       extract(epoch FROM a.backend_start)::text,
       extract(epoch FROM clock_timestamp() - a.backend_start)::float8,
       extract(epoch FROM pg_postmaster_start_time())::text,
       extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8,
       COALESCE(a.application_name, '')
  FROM pg_stat_activity a
  LEFT JOIN pg_stat_progress_create_index p ON p.pid = a.pid
 WHERE a.usename = session_user AND (a.pid = ANY ($1) OR a.application_name = ANY ($2) OR a.pid = pg_backend_pid())
