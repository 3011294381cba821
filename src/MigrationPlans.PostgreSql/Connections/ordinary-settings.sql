-- What an ordinary session of this database has for the settings $1; to be run in one. Where the login has a setting of its own, what the
-- database, or else all roles, have. pg_settings, pg_db_role_setting; 12 to 18.
SELECT s.name, CASE WHEN s.source IN ('user', 'database user') THEN COALESCE(common.value, s.setting) ELSE s.setting END
  FROM pg_catalog.pg_settings s
  LEFT JOIN LATERAL (
    SELECT pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1) AS value
      FROM pg_catalog.pg_db_role_setting r CROSS JOIN pg_catalog.unnest(r.setconfig) AS c (setting)
     WHERE r.setrole = 0 AND r.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()))
       AND pg_catalog.lower(pg_catalog.split_part(c.setting, '=', 1)) = pg_catalog.lower(s.name)
     ORDER BY r.setdatabase DESC LIMIT 1) common ON true
 WHERE s.name = ANY ($1)
 ORDER BY s.name
