-- Roles whose own setting lets them write in spite of a fence, transactions that can still commit, and subscriptions whose workers no fence stops.
-- Not those of RDS's own, which have such a setting on every instance and write nothing of the user's.
-- pg_db_role_setting, pg_prepared_xacts, pg_subscription; 12 to 18.
SELECT COALESCE((SELECT pg_catalog.string_agg(DISTINCT r.rolname::text, ', ')
                   FROM pg_catalog.pg_db_role_setting s
                   JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
                  CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting)
                  WHERE (s.setdatabase = 0 OR s.setdatabase = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()))
                    AND c.setting ~* '^default_transaction_read_only=(of|n|f|0)'
                    AND r.rolcanlogin AND pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'CONNECT')
                    AND NOT (r.rolname ~ '^rds' AND EXISTS (SELECT FROM pg_catalog.pg_roles a WHERE a.rolname = 'rdsadmin'))), ''),
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_prepared_xacts p WHERE p.database = pg_catalog.current_database()),
       COALESCE((SELECT pg_catalog.string_agg(s.subname::text, ', ' ORDER BY s.subname::text COLLATE pg_catalog."C")
                   FROM pg_catalog.pg_subscription s
                   JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
                  WHERE s.subenabled AND d.datname = pg_catalog.current_database()), '')
