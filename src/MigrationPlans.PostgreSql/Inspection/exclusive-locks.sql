-- Tables of this database that are locked against every reader, and who holds the lock: a session or a prepared transaction. pg_locks,
-- pg_stat_activity, pg_prepared_xacts; 12 to 18.
SELECT n.nspname || '.' || c.relname,
       CASE WHEN p.gid IS NOT NULL THEN pg_catalog.format('the prepared transaction %L', p.gid)
            ELSE pg_catalog.format('session %s of %s', l.pid, COALESCE(a.usename::text, 'another role')) END
  FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'm', 'f', 'v')
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
  -- Whoever prepared one has no process any more; its lock on itself tells which it is.
  LEFT JOIN pg_catalog.pg_locks x ON l.pid IS NULL AND x.pid IS NULL AND x.virtualtransaction = l.virtualtransaction AND x.locktype = 'transactionid'
  LEFT JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = x.transactionid
 WHERE l.locktype = 'relation' AND l.granted AND l.mode = 'AccessExclusiveLock'
   AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
 ORDER BY 1, 2
