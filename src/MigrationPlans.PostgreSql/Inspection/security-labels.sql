-- Security labels of the database and of what is in it, but for large objects. pg_seclabel, pg_shseclabel; 12 to 18.
SELECT l.provider, (pg_catalog.parse_ident(i.schema))[1], c.relname::text, i.type || ' ' || i.identity
  FROM pg_catalog.pg_seclabel l
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(l.classoid, l.objoid, l.objsubid) i
  LEFT JOIN pg_catalog.pg_class c ON l.classoid = 'pg_catalog.pg_class'::regclass AND c.oid = l.objoid
 WHERE l.classoid <> 'pg_catalog.pg_largeobject'::regclass AND i.identity IS NOT NULL
UNION ALL
SELECT l.provider, NULL, NULL, 'database ' || d.datname
  FROM pg_catalog.pg_shseclabel l JOIN pg_catalog.pg_database d ON d.oid = l.objoid
 WHERE l.classoid = 'pg_catalog.pg_database'::regclass AND d.datname = pg_catalog.current_database()
 ORDER BY 1, 4
