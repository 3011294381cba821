-- Settings that decide whether a run can work. pg_settings leaves out what the login may not see (shared_preload_libraries), and what
-- the version or the server does not know (old_snapshot_threshold, rds.*, cron.*). max_wal_size is in MB. 12 to 18.
SELECT pg_catalog.pg_is_in_recovery(),
       pg_catalog.max(s.setting) FILTER (WHERE s.name = 'max_wal_size')::int8 * 1048576,
       COALESCE(pg_catalog.max(s.setting) FILTER (WHERE s.name = 'max_standby_streaming_delay')::int4, -1),
       COALESCE(pg_catalog.max(s.setting) FILTER (WHERE s.name = 'old_snapshot_threshold')::int4, -1),
       pg_catalog.max(s.setting) FILTER (WHERE s.name = 'shared_preload_libraries'),
       NULLIF(NULLIF(pg_catalog.max(s.setting) FILTER (WHERE s.name = 'rds.allowed_extensions'), ''), '*'),
       COALESCE(pg_catalog.bool_or('lz4' = ANY (s.enumvals)) FILTER (WHERE s.name = 'default_toast_compression'), true),
       pg_catalog.max(s.setting) FILTER (WHERE s.name = 'cron.database_name'),
       COALESCE(pg_catalog.array_agg(s.name ORDER BY s.name) FILTER (WHERE s.context IN ('superuser', 'superuser-backend')), '{}'),
       -- Whose names are of this form belong to libraries that are loaded.
       COALESCE(pg_catalog.array_agg(s.name ORDER BY s.name) FILTER (WHERE s.name LIKE '%.%'), '{}')
  FROM pg_catalog.pg_settings s
