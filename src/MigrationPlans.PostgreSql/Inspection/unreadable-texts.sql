-- Names and texts of a database that are not ASCII alone, as bytes: what each is, the name of what it belongs to, and itself. Another look says which are UTF-8. The printed form of definitions is taken, which has
-- default values and conditions as a dump has them. Rows aside, which are carried over as they are. From 16384 on oids are not the server's own. 12 to 18.
WITH object AS (
  SELECT o.class, o.oid FROM (
    SELECT tableoid AS class, oid FROM pg_catalog.pg_namespace
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_class WHERE relkind <> 't'
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_type WHERE typrelid = 0 AND typcategory <> 'A'
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_proc
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_constraint
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_rewrite WHERE rulename <> '_RETURN'
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_policy
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_collation
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_conversion
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_operator
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_opclass
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_opfamily
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_language
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_ts_config
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_ts_dict
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_ts_parser
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_ts_template
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_foreign_server
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_publication
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_event_trigger
    UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_statistic_ext) o
   WHERE o.oid >= 16384
), text AS (
  SELECT i.type AS what, i.identity AS name, i.identity AS said FROM object o CROSS JOIN LATERAL pg_catalog.pg_identify_object(o.class, o.oid, 0) i
  UNION ALL
  SELECT 'column', pg_catalog.format('%s.%s.%s', n.nspname, c.relname, a.attname), pg_catalog.concat_ws(' ', a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attfdwoptions::text)
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE c.oid >= 16384 AND c.relkind <> 't' AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT 'comment on ' || i.type, i.identity, d.description
    FROM pg_catalog.pg_description d CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) i
  UNION ALL
  SELECT 'comment on database', d.datname, pg_catalog.shobj_description(d.oid, 'pg_database') FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
  UNION ALL
  SELECT 'settings of the database', pg_catalog.current_database(), s.setconfig::text FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND d.datname = pg_catalog.current_database()
  UNION ALL
  SELECT 'security label of ' || l.objtype, l.objname, l.label FROM pg_catalog.pg_seclabels l
  UNION ALL
  SELECT 'label of type', pg_catalog.format('%s.%s', n.nspname, t.typname), e.enumlabel FROM pg_catalog.pg_enum e JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  UNION ALL
  SELECT 'default of type', pg_catalog.format('%s.%s', n.nspname, t.typname), t.typdefault FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.oid >= 16384
  UNION ALL
  SELECT 'text of ' || i.type, i.identity, pg_catalog.pg_get_functiondef(p.oid)
    FROM pg_catalog.pg_proc p CROSS JOIN LATERAL pg_catalog.pg_identify_object(p.tableoid, p.oid, 0) i WHERE p.oid >= 16384 AND p.prokind <> 'a'
  UNION ALL
  SELECT 'initial value of aggregate', i.identity, pg_catalog.concat_ws(' ', a.agginitval, a.aggminitval)
    FROM pg_catalog.pg_aggregate a CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.pg_proc'::regclass, a.aggfnoid, 0) i WHERE a.aggfnoid >= 16384
  UNION ALL
  SELECT 'definition of constraint', pg_catalog.format('%s of %s', k.conname, COALESCE(NULLIF(k.conrelid, 0)::regclass::text, k.contypid::regtype::text)), pg_catalog.pg_get_constraintdef(k.oid) FROM pg_catalog.pg_constraint k WHERE k.oid >= 16384 AND k.contype <> 't'
  UNION ALL
  SELECT 'definition of ' || CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' ELSE 'index' END, pg_catalog.format('%s.%s', n.nspname, c.relname),
         CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) WHEN c.relkind IN ('i', 'I') THEN pg_catalog.pg_get_indexdef(c.oid)
              ELSE pg_catalog.concat_ws(' ', pg_catalog.pg_get_expr(c.relpartbound, c.oid), CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END, f.ftoptions::text) END
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = c.oid
   WHERE c.oid >= 16384 AND c.relkind IN ('v', 'm', 'i', 'I', 'r', 'p', 'f') AND n.nspname <> 'pg_toast'
  UNION ALL
  SELECT 'definition of rule', pg_catalog.format('%s of %s', r.rulename, r.ev_class::regclass), pg_catalog.pg_get_ruledef(r.oid) FROM pg_catalog.pg_rewrite r WHERE r.oid >= 16384 AND r.rulename <> '_RETURN'
  UNION ALL
  SELECT 'definition of trigger', pg_catalog.format('%s of %s', t.tgname, t.tgrelid::regclass), pg_catalog.pg_get_triggerdef(t.oid) FROM pg_catalog.pg_trigger t WHERE t.oid >= 16384 AND NOT t.tgisinternal
  UNION ALL
  SELECT 'definition of policy', pg_catalog.format('%s of %s', p.polname, p.polrelid::regclass), pg_catalog.concat_ws(' ', pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_catalog.pg_policy p
  UNION ALL
  SELECT 'options of foreign-data wrapper', w.fdwname, w.fdwoptions::text FROM pg_catalog.pg_foreign_data_wrapper w
  UNION ALL
  SELECT 'options of server', s.srvname, pg_catalog.concat_ws(' ', s.srvtype, s.srvversion, s.srvoptions::text) FROM pg_catalog.pg_foreign_server s
  UNION ALL
  SELECT 'options of user mapping of server', m.srvname, m.umoptions::text FROM pg_catalog.pg_user_mappings m
  UNION ALL
  SELECT 'options of text search dictionary', d.dictname, d.dictinitoption FROM pg_catalog.pg_ts_dict d WHERE d.oid >= 16384
)
SELECT t.what, b.name, b.said
  FROM text t
 -- Their bytes, which a conversion would refuse.
 CROSS JOIN LATERAL (SELECT pg_catalog.decode(pg_catalog.replace(t.name, '\', '\\'), 'escape') AS name, pg_catalog.decode(pg_catalog.replace(t.said, '\', '\\'), 'escape') AS said) b
 -- So printed, each byte that is not ASCII takes four.
 WHERE pg_catalog.octet_length(pg_catalog.encode(b.said, 'escape')) > pg_catalog.octet_length(t.said)
