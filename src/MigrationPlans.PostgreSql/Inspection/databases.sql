-- Databases that take connections, with what CREATE DATABASE can say. pg_database changed in 15 (datlocprovider, daticulocale),
-- 16 (daticurules) and 17 (datlocale): read by name from the row as JSON, so that one statement fits 12 to 18.
SELECT d.datname::text, r.rolname::text, pg_catalog.pg_encoding_to_char(d.encoding)::text, d.datcollate::text, d.datctype::text,
       CASE j.row ->> 'datlocprovider' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
       COALESCE(j.row ->> 'datlocale', j.row ->> 'daticulocale'), d.datconnlimit, j.row ->> 'daticurules',
       (SELECT t.spcname::text FROM pg_catalog.pg_tablespace t WHERE t.oid = d.dattablespace AND t.spcname <> 'pg_default')
  FROM pg_catalog.pg_database d
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = d.datdba
 CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(d.*) - 'datacl' AS row) j
 WHERE d.datallowconn AND NOT d.datistemplate AND d.datconnlimit <> -2
 ORDER BY d.datname::text COLLATE pg_catalog."C"
