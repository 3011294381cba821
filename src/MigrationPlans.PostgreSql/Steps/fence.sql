-- The read-only setting of this database for all roles. pg_db_role_setting; 12 to 18.
SELECT pg_catalog.substr(c.setting, pg_catalog.length('default_transaction_read_only=') + 1)
  FROM pg_catalog.pg_db_role_setting s
  JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
 CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting)
 WHERE d.datname = pg_catalog.current_database() AND s.setrole = 0 AND pg_catalog.starts_with(c.setting, 'default_transaction_read_only=')
