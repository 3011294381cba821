-- A text that names what the source's database holds: equal texts, equal rows. 12 to 18.
-- Behind a fence ($1) it is the fence, the entry in pg_db_role_setting that makes sessions read-only, which is another one once it was taken away in between; and, because a session may say READ WRITE for itself, how many
-- rows were written to each table and which file it has, as the server counts it (temporary tables aside, which may be written to behind a fence, and the log that pg_cron's worker goes on with, which is not compared either). There is none where roles, prepared transactions or subscriptions get
-- past it, or where the server does not count.
-- Else it is the snapshot. A server that came back, or another one in its place, may have lost its last commits and given their numbers away
-- again: so the time of its start is part of the name. On a standby a snapshot's text does not tell which transactions were under way: each
-- is a state of its own there.
WITH fence AS (
  SELECT s.xmin, s.ctid
    FROM pg_catalog.pg_db_role_setting s
    JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
   CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting)
   WHERE d.datname = pg_catalog.current_database() AND s.setrole = 0
     AND c.setting ~* '^default_transaction_read_only=(on|t|y|1)'
     AND pg_catalog.current_setting('track_counts')::bool
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_prepared_xacts p WHERE p.database = pg_catalog.current_database())
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_subscription u WHERE u.subdbid = d.oid AND u.subenabled)
     AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_db_role_setting r
         JOIN pg_catalog.pg_roles l ON l.oid = r.setrole
        CROSS JOIN LATERAL pg_catalog.unnest(r.setconfig) AS o (setting)
        WHERE r.setdatabase IN (0, d.oid) AND o.setting ~* '^default_transaction_read_only=(of|n|f|0)'
          -- As in fence-leaks.sql.
          AND l.rolcanlogin AND pg_catalog.has_database_privilege(l.oid, d.oid, 'CONNECT')
          AND NOT (l.rolname ~ '^rds' AND EXISTS (SELECT FROM pg_catalog.pg_roles a WHERE a.rolname = 'rdsadmin')))
), written AS (
  SELECT pg_catalog.md5(pg_catalog.string_agg(pg_catalog.concat_ws(' ', c.oid, c.relfilenode,
           pg_catalog.pg_stat_get_tuples_inserted(c.oid), pg_catalog.pg_stat_get_tuples_updated(c.oid), pg_catalog.pg_stat_get_tuples_deleted(c.oid)), ',' ORDER BY c.oid)) AS digest
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND NOT (n.nspname = 'cron' AND c.relname = 'job_run_details')
     AND (n.nspname <> 'pg_catalog' OR c.oid IN ('pg_catalog.pg_largeobject'::regclass, 'pg_catalog.pg_largeobject_metadata'::regclass))
)
SELECT COALESCE(
  (SELECT pg_catalog.concat_ws(' ', 'fenced by', fence.xmin, fence.ctid, 'with', written.digest) FROM fence, written WHERE $1),
  pg_catalog.concat_ws(' ', pg_catalog.txid_current_snapshot(), 'since', pg_catalog.pg_postmaster_start_time(),
    CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.clock_timestamp() END))
