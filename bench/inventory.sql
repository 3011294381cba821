-- What pg_dump does not print, and the catalogs behind what it prints, by names instead of object ids. 12 to 18: columns that only
-- some versions have are read through to_jsonb. Members of extensions and the server's own objects are left out, also our ledger.
SET search_path = '';
SET DateStyle = 'ISO';
SET TimeZone = 'UTC';
SET row_security = off;

CREATE FUNCTION pg_temp.role(oid) RETURNS text LANGUAGE sql AS $$SELECT CASE WHEN $1 = 0 THEN 'PUBLIC' ELSE COALESCE((SELECT rolname::text FROM pg_catalog.pg_roles WHERE oid = $1), 'gone') END$$;
-- Each privilege with who gave it.
CREATE FUNCTION pg_temp.acl(aclitem[]) RETURNS text LANGUAGE sql AS $$
  SELECT COALESCE(pg_catalog.string_agg(pg_temp.role(a.grantee) || ' ' || a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END || ' by ' || pg_temp.role(a.grantor),
                               ', ' ORDER BY pg_temp.role(a.grantee), a.privilege_type, pg_temp.role(a.grantor)), CASE WHEN $1 IS NULL THEN 'default' ELSE 'nothing' END)
    FROM pg_catalog.aclexplode($1) a$$;
CREATE FUNCTION pg_temp.ours(regclass, oid) RETURNS boolean LANGUAGE sql AS $$
  SELECT $2 >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = $1 AND d.objid = $2 AND d.deptype = 'e')$$;
CREATE FUNCTION pg_temp.rel(oid) RETURNS text LANGUAGE sql AS $$SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1$$;
CREATE FUNCTION pg_temp.collation(oid) RETURNS text LANGUAGE sql AS $$SELECT pg_catalog.format('%I.%I', n.nspname, c.collname) FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace WHERE c.oid = $1$$;
CREATE FUNCTION pg_temp.identity(oid, oid, integer) RETURNS text LANGUAGE sql AS $$
  SELECT pg_catalog.regexp_replace(i.type || ' ' || i.identity, '_[0-9]{5,}', '_N', 'g') FROM pg_catalog.pg_identify_object($1, $2, $3) i$$;
CREATE TEMPORARY VIEW rel AS
  SELECT c.*, pg_temp.rel(c.oid) AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger') AND pg_temp.ours('pg_catalog.pg_class', c.oid);

SELECT 'database', pg_temp.role(d.datdba), pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, pg_catalog.to_jsonb(d) ->> 'datlocprovider',
       COALESCE(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale'), pg_catalog.to_jsonb(d) ->> 'datcollversion', d.datconnlimit, d.datallowconn, d.datistemplate,
       t.spcname, pg_catalog.shobj_description(d.oid, 'pg_database'), pg_temp.acl(d.datacl)
  FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = pg_catalog.current_database();
SELECT 'database setting', pg_temp.role(s.setrole), c.setting FROM pg_catalog.pg_db_role_setting s CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) c (setting)
 WHERE s.setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) ORDER BY 2, 3;
SELECT 'database label', l.provider, l.label FROM pg_catalog.pg_shseclabel l WHERE l.classoid = 'pg_catalog.pg_database'::regclass
   AND l.objoid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) ORDER BY 2;

-- Roles that the database names, and what those are members of.
CREATE TEMPORARY VIEW named AS
  WITH RECURSIVE r (oid) AS (
    SELECT s.refobjid FROM pg_catalog.pg_shdepend s JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
     WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass AND (s.dbid = d.oid OR (s.classid = 'pg_catalog.pg_database'::regclass AND s.objid = d.oid))
    UNION SELECT m.roleid FROM r JOIN pg_catalog.pg_auth_members m ON m.member = r.oid)
  SELECT a.* FROM pg_catalog.pg_authid a WHERE a.oid IN (SELECT oid FROM r) AND a.rolname !~ '^pg_';
SELECT 'role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil,
       pg_catalog.shobj_description(oid, 'pg_authid') FROM named ORDER BY rolname;
SELECT 'role setting', n.rolname, c.setting FROM named n JOIN pg_catalog.pg_db_role_setting s ON s.setrole = n.oid AND s.setdatabase = 0
 CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) c (setting) ORDER BY 2, 3;
SELECT 'role label', n.rolname, l.provider, l.label FROM named n JOIN pg_catalog.pg_shseclabel l ON l.classoid = 'pg_catalog.pg_authid'::regclass AND l.objoid = n.oid ORDER BY 2, 3;
SELECT 'member', n.rolname, pg_temp.role(m.roleid), 'admin', m.admin_option, pg_catalog.to_jsonb(m) ->> 'inherit_option', pg_catalog.to_jsonb(m) ->> 'set_option'
  FROM named n JOIN pg_catalog.pg_auth_members m ON m.member = n.oid ORDER BY 2, 3, 5;

SELECT 'extension', e.extname, e.extversion, n.nspname, pg_temp.role(e.extowner),
       ARRAY(SELECT pg_temp.rel(c.oid) || ' ' || c.condition FROM ROWS FROM (pg_catalog.unnest(e.extconfig), pg_catalog.unnest(e.extcondition)) c (oid, condition) ORDER BY 1)
  FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace ORDER BY 2;
SELECT 'schema', n.nspname, pg_temp.role(n.nspowner), pg_temp.acl(n.nspacl) FROM pg_catalog.pg_namespace n
 WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migplan_ledger') ORDER BY 2;
SELECT 'relation', r.name, r.relkind, r.relpersistence, r.relispopulated, r.relrowsecurity, r.relforcerowsecurity, r.relreplident, r.relispartition,
       pg_catalog.pg_get_expr(r.relpartbound, r.oid), a.amname, t.spcname, r.reloptions, toast.reloptions, pg_temp.role(r.relowner), pg_temp.acl(r.relacl),
       CASE WHEN r.reloftype <> 0 THEN pg_catalog.format_type(r.reloftype, NULL) END
  FROM rel r LEFT JOIN pg_catalog.pg_am a ON a.oid = r.relam LEFT JOIN pg_catalog.pg_tablespace t ON t.oid = r.reltablespace
  LEFT JOIN pg_catalog.pg_class toast ON toast.oid = r.reltoastrelid ORDER BY 2;
SELECT 'column', r.name, a.attname, pg_catalog.row_number() OVER (PARTITION BY r.oid ORDER BY a.attnum), pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
       a.attgenerated, a.attislocal, a.attinhcount, a.attstorage, pg_catalog.to_jsonb(a) ->> 'attcompression', COALESCE(pg_catalog.to_jsonb(a) ->> 'attstattarget', '-1'),
       NULLIF(ARRAY(SELECT o FROM pg_catalog.unnest(a.attoptions) o WHERE NOT pg_catalog.starts_with(o, 'pg_attver=')), '{}'), a.attfdwoptions, pg_temp.collation(a.attcollation), pg_catalog.pg_get_expr(d.adbin, d.adrelid), pg_temp.acl(a.attacl)
  FROM rel r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE r.relkind NOT IN ('S', 'i', 'I') ORDER BY r.name, 4;
SELECT 'index column', r.name, a.attname, a.attnum, pg_temp.collation(a.attcollation), a.attoptions, COALESCE(pg_catalog.to_jsonb(a) ->> 'attstattarget', '-1')
  FROM rel r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND NOT a.attisdropped WHERE r.relkind IN ('i', 'I') ORDER BY r.name, 4;
SELECT 'index', r.name, i.indisvalid, i.indisready, i.indislive, i.indisclustered, i.indisreplident, i.indimmediate, i.indisprimary, i.indisexclusion, pg_catalog.pg_get_indexdef(i.indexrelid)
  FROM rel r JOIN pg_catalog.pg_index i ON i.indexrelid = r.oid ORDER BY 2;
SELECT 'parent', r.name, pg_temp.rel(h.inhparent), h.inhseqno FROM rel r JOIN pg_catalog.pg_inherits h ON h.inhrelid = r.oid ORDER BY 2, 4;
SELECT 'constraint', COALESCE(pg_temp.rel(k.conrelid), k.contypid::regtype::text), k.conname, k.contype, k.convalidated, k.condeferrable, k.condeferred, k.conislocal, k.coninhcount, CASE WHEN k.contype = 'c' THEN k.connoinherit END,
       pg_temp.rel(k.conindid), pg_catalog.pg_get_constraintdef(k.oid), pg_catalog.to_jsonb(k) ->> 'conenforced'
  FROM pg_catalog.pg_constraint k WHERE pg_temp.ours('pg_catalog.pg_constraint', k.oid) AND (k.conrelid = 0 OR k.conrelid IN (SELECT oid FROM rel)) ORDER BY 2, 3, 4;
SELECT 'trigger', r.name, pg_catalog.regexp_replace(t.tgname, '[0-9]{5,}', 'N'), t.tgenabled, COALESCE(pg_catalog.to_jsonb(t) ->> 'tgparentid', '0') <> '0', pg_catalog.regexp_replace(pg_catalog.pg_get_triggerdef(t.oid), '_[0-9]{5,}', '_N')
  FROM rel r JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid ORDER BY 2, 3, 4, 6;
SELECT 'rule', r.name, w.rulename, w.ev_enabled, pg_catalog.pg_get_ruledef(w.oid) FROM rel r JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid ORDER BY 2, 3;
SELECT 'policy', r.name, p.polname, p.polcmd, p.polpermissive, ARRAY(SELECT pg_temp.role(u) FROM pg_catalog.unnest(p.polroles) u ORDER BY 1), pg_catalog.pg_get_expr(p.polqual, p.polrelid),
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) FROM rel r JOIN pg_catalog.pg_policy p ON p.polrelid = r.oid ORDER BY 2, 3;
SELECT 'event trigger', e.evtname, e.evtevent, e.evtenabled, e.evttags, pg_temp.role(e.evtowner), e.evtfoid::regprocedure FROM pg_catalog.pg_event_trigger e ORDER BY 2;
SELECT pg_catalog.format('SELECT ''sequence'', %L, s.last_value, s.is_called, q.seqtypid::regtype, q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle FROM %s s, pg_catalog.pg_sequence q WHERE q.seqrelid = %s', r.name, r.name, r.oid)
  FROM rel r WHERE r.relkind = 'S' ORDER BY r.name
\gexec

SELECT 'type', t.oid::regtype::text, t.typtype, t.typcategory, t.typispreferred, t.typlen, t.typalign, t.typstorage, t.typdelim, t.typnotnull, COALESCE(pg_catalog.pg_get_expr(t.typdefaultbin, 0), t.typdefault), pg_temp.collation(t.typcollation),
       CASE WHEN t.typbasetype <> 0 THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END, pg_temp.role(t.typowner), pg_temp.acl(t.typacl),
       ARRAY(SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder), t.typinput, t.typoutput, t.typsend, t.typreceive, pg_catalog.to_jsonb(t) ->> 'typsubscript'
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'migplan_ledger' AND pg_temp.ours('pg_catalog.pg_type', t.oid) AND (t.typrelid = 0 OR t.typrelid IN (SELECT oid FROM rel)) ORDER BY 2;
SELECT 'function', p.oid::regprocedure::text, p.prokind, p.provolatile, p.proparallel, p.proleakproof, p.proisstrict, p.prosecdef, p.proretset, p.procost, p.prorows, p.prosupport, p.proconfig,
       pg_temp.role(p.proowner), pg_temp.acl(p.proacl), l.lanname, pg_catalog.md5(p.prosrc), p.probin, pg_catalog.pg_get_function_arguments(p.oid), pg_catalog.pg_get_function_result(p.oid)
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE pg_temp.ours('pg_catalog.pg_proc', p.oid) AND n.nspname NOT LIKE 'pg\_temp%' ORDER BY 2;
SELECT 'privileges of a server function', p.oid::regprocedure::text, pg_temp.acl(p.proacl) FROM pg_catalog.pg_proc p LEFT JOIN pg_catalog.pg_init_privs i ON i.classoid = 'pg_catalog.pg_proc'::regclass AND i.objoid = p.oid
 WHERE p.oid < 16384 AND p.proacl IS DISTINCT FROM i.initprivs ORDER BY 2;
SELECT 'aggregate', a.aggfnoid::regprocedure::text, a.aggkind, a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.agginitval, a.aggtranstype::regtype, a.aggsortop::regoperator FROM pg_catalog.pg_aggregate a WHERE pg_temp.ours('pg_catalog.pg_proc', a.aggfnoid) ORDER BY 2;
SELECT 'language', l.lanname, l.lanpltrusted, pg_temp.role(l.lanowner), pg_temp.acl(l.lanacl) FROM pg_catalog.pg_language l WHERE l.lanispl ORDER BY 2;
SELECT 'default privileges', pg_temp.role(d.defaclrole), COALESCE(n.nspname, 'everywhere'), d.defaclobjtype, pg_temp.acl(d.defaclacl)
  FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace ORDER BY 2, 3, 4;
SELECT 'wrapper', w.fdwname, pg_temp.role(w.fdwowner), ARRAY(SELECT o FROM pg_catalog.unnest(w.fdwoptions) o ORDER BY 1), pg_temp.acl(w.fdwacl) FROM pg_catalog.pg_foreign_data_wrapper w ORDER BY 2;
SELECT 'server', s.srvname, s.srvtype, s.srvversion, pg_temp.role(s.srvowner), ARRAY(SELECT o FROM pg_catalog.unnest(s.srvoptions) o ORDER BY 1), pg_temp.acl(s.srvacl) FROM pg_catalog.pg_foreign_server s ORDER BY 2;
SELECT 'user mapping', u.srvname, u.usename, pg_catalog.md5(ARRAY(SELECT o FROM pg_catalog.unnest(u.umoptions) o ORDER BY 1)::text) FROM pg_catalog.pg_user_mappings u ORDER BY 2, 3;
SELECT 'publication', p.pubname, p.puballtables, pg_temp.role(p.pubowner) FROM pg_catalog.pg_publication p ORDER BY 2;
SELECT 'subscription', s.subname, s.subenabled, pg_temp.role(s.subowner) FROM pg_catalog.pg_subscription s WHERE s.subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) ORDER BY 2;
SELECT 'collation', n.nspname, c.collname, c.collprovider, c.collcollate, c.collctype, COALESCE(pg_catalog.to_jsonb(c) ->> 'colllocale', pg_catalog.to_jsonb(c) ->> 'colliculocale'), c.collisdeterministic, c.collversion, pg_temp.role(c.collowner)
  FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace WHERE pg_temp.ours('pg_catalog.pg_collation', c.oid) ORDER BY 2, 3;
SELECT 'statistics', n.nspname, s.stxname, pg_catalog.to_jsonb(s) ->> 'stxstattarget', pg_catalog.pg_get_statisticsobjdef(s.oid), pg_temp.role(s.stxowner) FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace ORDER BY 2, 3;

-- Whatever else there is: every object that has an identity, its owner's dependency, comment, label, and all edges between objects.
SELECT 'depends', pg_temp.identity(d.classid, d.objid, d.objsubid), d.deptype, pg_temp.identity(d.refclassid, d.refobjid, d.refobjsubid)
  FROM pg_catalog.pg_depend d
 WHERE d.objid >= 16384 AND pg_temp.identity(d.classid, d.objid, d.objsubid) !~ '(pg_temp|pg_toast|migplan_ledger)' AND COALESCE(pg_temp.identity(d.refclassid, d.refobjid, d.refobjsubid) !~ '(pg_temp|migplan_ledger)', true)
 ORDER BY 2, 3, 4;
SELECT 'role depends', pg_temp.identity(d.classid, d.objid, d.objsubid), d.deptype, pg_temp.role(d.refobjid) FROM pg_catalog.pg_shdepend d
 WHERE d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) AND d.refclassid = 'pg_catalog.pg_authid'::regclass
   AND pg_temp.identity(d.classid, d.objid, d.objsubid) !~ '(pg_temp|migplan_ledger)' ORDER BY 2, 3, 4;
SELECT 'comment', pg_temp.identity(d.classoid, d.objoid, d.objsubid), d.description FROM pg_catalog.pg_description d WHERE (d.objoid >= 16384 OR d.classoid IN ('pg_catalog.pg_extension'::regclass, 'pg_catalog.pg_namespace'::regclass))
   -- DROP SUBSCRIPTION leaves its comment behind, and below 14 nothing identifies what is gone.
   AND (d.classoid <> 'pg_catalog.pg_subscription'::regclass OR d.objoid IN (SELECT oid FROM pg_catalog.pg_subscription)) ORDER BY 2;
SELECT 'label', l.objtype, l.objname, l.provider, l.label FROM pg_catalog.pg_seclabels l ORDER BY 2, 3, 4;
