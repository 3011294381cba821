-- What each database takes up, templates and closed ones too; null where the login may not know. 12 to 18.
SELECT d.datname::text,
       CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT') OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
            THEN pg_catalog.pg_database_size(d.oid) END
  FROM pg_catalog.pg_database d
