-- Members of extensions: extension, its version, kind, name as verify-objects.sql has it, whether it is a table. pg_depend; 12 to 18.
SELECT e.extname::text, e.extversion, i.type, pg_catalog.replace(pg_catalog.regexp_replace(i.identity, '\mpg_catalog\.json\M', 'json', 'g'), ' on language ', ' language '), COALESCE(c.relkind IN ('r', 'p'), false)
  FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) i
  LEFT JOIN pg_catalog.pg_class c ON d.classid = 'pg_catalog.pg_class'::regclass AND c.oid = d.objid
 WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'
 ORDER BY e.extname::text COLLATE pg_catalog."C", i.type, i.identity COLLATE pg_catalog."C"
