-- A text that names what the source's database holds: equal texts, equal rows. 12 to 18.
-- Behind a fence ($1) it is the fence: the entry in pg_db_role_setting that makes sessions read-only, which is another one once it was taken
-- away in between, and none where roles or prepared transactions get past it.
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
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_prepared_xacts p WHERE p.database = pg_catalog.current_database())
     AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_db_role_setting r
         JOIN pg_catalog.pg_roles l ON l.oid = r.setrole
        CROSS JOIN LATERAL pg_catalog.unnest(r.setconfig) AS o (setting)
        WHERE r.setdatabase IN (0, d.oid) AND o.setting ~* '^default_transaction_read_only=(of|n|f|0)'
          -- As in fence-leaks.sql.
          AND l.rolcanlogin AND pg_catalog.has_database_privilege(l.oid, d.oid, 'CONNECT')
          AND NOT (l.rolname ~ '^rds' AND EXISTS (SELECT FROM pg_catalog.pg_roles a WHERE a.rolname = 'rdsadmin')))
)
SELECT COALESCE(
  (SELECT pg_catalog.concat_ws(' ', 'fenced by', fence.xmin, fence.ctid) FROM fence WHERE $1),
  pg_catalog.concat_ws(' ', pg_catalog.txid_current_snapshot(), 'since', pg_catalog.pg_postmaster_start_time(),
    CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.clock_timestamp() END))
