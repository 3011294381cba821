-- Everything that a copy of a database is known to trip over and that needs no superuser to be created again. Owners are roles of
-- its own; only what says so belongs to the login that loads it. Run by psql in an empty database `corpus_traps`. As it stands here for
-- PostgreSQL 15 and newer; older servers get it without what is marked as from 13, 14 or 15 on (see CorpusText).
CREATE ROLE corpus_owner NOLOGIN CREATEDB VALID UNTIL '2099-12-31 00:00:00+00';
CREATE ROLE corpus_group NOLOGIN;
CREATE ROLE corpus_app LOGIN NOINHERIT CONNECTION LIMIT 7;
CREATE ROLE "Corpus ""Role"" 🐘; --" LOGIN CREATEROLE;
CREATE ROLE corpus_reader_group NOLOGIN;
COMMENT ON ROLE corpus_owner IS 'Owns what''s here';
-- A login that is no superuser acts for them as a member.
SELECT format('GRANT %I TO CURRENT_USER', rolname) FROM pg_roles WHERE rolname ~* '^corpus' AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) \gexec
GRANT corpus_group TO corpus_app WITH ADMIN OPTION;
GRANT corpus_group TO "Corpus ""Role"" 🐘; --";
GRANT pg_read_all_stats TO corpus_group;
ALTER ROLE corpus_app SET work_mem = '12MB';
ALTER ROLE corpus_app SET search_path = "Upper Case", public, 'a,b';
ALTER ROLE corpus_app IN DATABASE corpus_traps SET statement_timeout = '33s';
ALTER DATABASE corpus_traps SET datestyle = 'German, DMY';
ALTER DATABASE corpus_traps SET intervalstyle = 'sql_standard';
ALTER DATABASE corpus_traps SET timezone = 'Asia/Kathmandu';
ALTER DATABASE corpus_traps SET search_path = pg_like, public;
ALTER DATABASE corpus_traps SET default_transaction_isolation = 'serializable';
ALTER DATABASE corpus_traps SET bytea_output = 'escape';
ALTER DATABASE corpus_traps SET extra_float_digits = 0;
ALTER DATABASE corpus_traps SET xmloption = 'document';
ALTER DATABASE corpus_traps SET row_security = off;
ALTER DATABASE corpus_traps SET statement_timeout = '10min';
ALTER DATABASE corpus_traps SET quote_all_identifiers = off;
ALTER DATABASE corpus_traps CONNECTION LIMIT 55;
COMMENT ON DATABASE corpus_traps IS E'a database''s comment\nin two lines';
REVOKE ALL ON DATABASE corpus_traps FROM PUBLIC;
GRANT CONNECT ON DATABASE corpus_traps TO corpus_group WITH GRANT OPTION;
GRANT CREATE, TEMPORARY ON DATABASE corpus_traps TO corpus_app;
ALTER DATABASE corpus_traps OWNER TO corpus_owner;

-- Names.
CREATE SCHEMA "Upper Case" AUTHORIZATION corpus_owner;
CREATE SCHEMA "select" AUTHORIZATION corpus_owner;
CREATE SCHEMA pglike AUTHORIZATION corpus_owner;
CREATE SCHEMA "a.b" AUTHORIZATION corpus_owner;
CREATE SCHEMA "wéird ""🐘' $1 %s \ : schema" AUTHORIZATION "Corpus ""Role"" 🐘; --";
CREATE SCHEMA traps AUTHORIZATION corpus_owner;
COMMENT ON SCHEMA traps IS 'all of them';
COMMENT ON SCHEMA public IS 'changed';
SET ROLE corpus_owner;
CREATE TABLE "Upper Case"."Table" ("Id" int PRIMARY KEY, "user" text, "tab	and
newline" text, " leading" text, "%s{0}$1?" int);
INSERT INTO "Upper Case"."Table" VALUES (1, 'a', 'b', 'c', 4), (2, NULL, '\N', '\.', 5);
CREATE TABLE "select"."from" ("where" int, "order" int, PRIMARY KEY ("order", "where"));
INSERT INTO "select"."from" VALUES (1, 2), (3, 4);
CREATE TABLE "a.b"."c.d" ("e.f" int); INSERT INTO "a.b"."c.d" VALUES (1);
CREATE TABLE "a.b".c (d int); INSERT INTO "a.b".c VALUES (2);
CREATE TABLE pglike.pg_class (oid int, relname text); INSERT INTO pglike.pg_class VALUES (1, 'user table');
CREATE TABLE pglike.pg_attribute (attrelid text); INSERT INTO pglike.pg_attribute VALUES ('x');
CREATE TABLE traps.pg_database (datname text); INSERT INTO traps.pg_database VALUES ('not a database');
CREATE FUNCTION pglike.now() RETURNS text LANGUAGE sql AS 'SELECT ''not now''';
CREATE FUNCTION pglike.format_type(oid, integer) RETURNS text LANGUAGE sql AS 'SELECT ''wrong''';
CREATE TABLE traps.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk (abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk int PRIMARY KEY);
INSERT INTO traps.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk VALUES (1);
SET ROLE "Corpus ""Role"" 🐘; --";
CREATE TABLE "wéird ""🐘' $1 %s \ : schema"."tab.le ""🐘"" ;-- /* \. */" ("cöl ' "" 🐘" text PRIMARY KEY, "$2" serial);
INSERT INTO "wéird ""🐘' $1 %s \ : schema"."tab.le ""🐘"" ;-- /* \. */" VALUES ('🐘'), (E'\\.'), (E'tab\there');
SET ROLE corpus_owner;

-- Types.
CREATE TYPE traps.mood AS ENUM ('sad', 'it''s ok', 'hap"py'); ALTER TYPE traps.mood ADD VALUE 'so,so' BEFORE 'it''s ok';
CREATE TYPE traps.point3 AS (x float8, y float8, z text COLLATE "C");
CREATE TYPE traps.nested AS (p traps.point3, ps traps.point3[], m traps.mood);
CREATE DOMAIN traps.positive AS int CHECK (VALUE > 0);
CREATE DOMAIN traps.email AS text NOT NULL DEFAULT 'nobody@example.org' CONSTRAINT has_at CHECK (VALUE ~ '@');
CREATE DOMAIN traps.positives AS traps.positive[] CHECK (cardinality(VALUE) < 10);
CREATE DOMAIN traps.blob AS bytea;
ALTER DOMAIN traps.positive ADD CONSTRAINT not_huge CHECK (VALUE < 1000000) NOT VALID;
CREATE TYPE traps.floatrange AS RANGE (subtype = float8, subtype_diff = float8mi/*from 14*/, multirange_type_name = traps.floatranges/*end*/);
CREATE TYPE traps.textrange AS RANGE (subtype = text, collation = "C");
CREATE COLLATION traps.german (provider = icu, locale = 'de-DE');
CREATE COLLATION traps.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE COLLATION traps.numeric_order (provider = icu, locale = 'en-u-kn-true');
CREATE COLLATION traps.posix FROM "POSIX";
COMMENT ON COLLATION traps.german IS 'sorts umlauts';
COMMENT ON TYPE traps.mood IS 'how it feels';
COMMENT ON DOMAIN traps.positive IS 'above zero';
COMMENT ON CONSTRAINT has_at ON DOMAIN traps.email IS 'an at';
GRANT USAGE ON TYPE traps.mood TO corpus_app WITH GRANT OPTION;
REVOKE ALL ON TYPE traps.email FROM PUBLIC;

-- Values.
CREATE TABLE traps.numbers (id int PRIMARY KEY, f4 float4, f8 float8, n numeric, n2 numeric(20,5), nneg numeric/*from 15*/(5,-2)/*end*/, m money, i8 int8, o oid);
INSERT INTO traps.numbers VALUES
  (1, '-0', '-0', '-0', 0, 100, 1.5, 9223372036854775807, 4294967295), (2, 'NaN', 'NaN', 'NaN', 'NaN', NULL, '-92233720368547758.08', -9223372036854775808, 0),
  (3, 'Infinity', '-Infinity', /*from 14*/'Infinity'/*end*//*below 14*/0/*end*/, NULL, 99900, 0, 0, 1), (4, '1e-45', '4.9e-324', 1e-300, 0.00001, 0, 1, 1, 2),
  (5, '3.4028235e38', '1.7976931348623157e308', '123456789012345678901234567890.123456789012345678901234567890', 1.10000, -100, 2, 3, 4), (6, 0.1, 0.1, 1.10, 1.1, 0, 3, 4, 5), (7, 0, 0, 1.1, 1.1, 0, 3, 4, 5);
CREATE TABLE traps.moments (id int PRIMARY KEY, d date, ts timestamp, tz timestamptz, t time, ttz timetz, i interval);
INSERT INTO traps.moments VALUES
  (1, 'infinity', '-infinity', 'infinity', '24:00', '24:00+15:59', '-1 mon +2 days -00:00:00.000001'), (2, '4713-01-01 BC', '4713-01-01 BC', '0044-03-15 12:00+00 BC', '00:00', '00:00:00-15:59', '178000000 years'),
  (3, '5874897-12-31', '294276-12-31 23:59:59.999999', '2026-10-25 01:30+00', '23:59:59.999999', '12:00+02', '1 year -1 mon'), (4, '04.03.2024', '04.03.2024', '04.03.2024', '12:00', '12:00', '-1-2 -3 -4:05:06');
CREATE TABLE traps.texts (id int PRIMARY KEY, t text, c char(5), v varchar(3), q "char", n name, cs text COLLATE traps.caseless, b bit(3), vb bit varying, x xml, j json, jb jsonb, jp jsonpath, u uuid, ts tsvector, tq tsquery);
INSERT INTO traps.texts VALUES
  (1, E'\\N', 'a', 'ab', 'x', 'n', 'Straße', B'101', B'', NULL, '{"a":1, "a":2,"b":   [1.0,1e2]}', '{"b":1.10,"a":null}', '$.a[*] ? (@ > 1)', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'a:1A fat:2B,4C ''it''''s'':3', 'fat & (rat | !cat:A*)'),
  (2, '', '', '', '', '', '', B'000', B'1', '<a b="c">x<!-- y --></a>', '[]', '[]', 'strict $', NULL, '', ''), (3, E'\t\n\r\b\f\v\\.', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'text <i>and</i> more', 'null', 'null', NULL, NULL, NULL, NULL),
  (4, 'ünïcödé 🐘 é', 'ä', 'ß🐘', E'\\200', 'ñ', 'STRASSE', B'111', B'0101', '', '"\u00e4\ud83d\ude00"', '"\u00e4"', NULL, NULL, 'ä', 'ä'), (5, E'\x01\x7f', ' ', ' ', ' ', ' ', ' ', B'010', NULL, NULL, ' 1 ', '1', NULL, NULL, NULL, NULL);
CREATE TABLE traps.networks (id int PRIMARY KEY, i inet, c cidr, m macaddr, m8 macaddr8, p point, l line, ls lseg, b box, pa path, po polygon, ci circle, lsn pg_lsn, snap /*from 13*/pg_snapshot/*end*//*below 13*/txid_snapshot/*end*/, tsnap txid_snapshot);
INSERT INTO traps.networks VALUES (1, '192.168.1.5/24', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', '(-0,1e300)', '{1,2,3}', '[(1,2),(3,4)]', '(1,1),(0,0)', '[(1,2),(3,4)]', '((0,0),(1,1),(0,1))', '<(0,0),1>', '16/B374D848', '10:20:10,14,15', '10:20:10'),
  (2, '::ffff:1.2.3.4/128', '2001:db8::/32', NULL, NULL, '(NaN,Infinity)', NULL, NULL, NULL, '((1,2),(3,4))', NULL, '<(1,2),0>', '0/0', NULL, NULL);
CREATE TABLE traps.composites (id int PRIMARY KEY, m traps.mood, ms traps.mood[], p traps.point3, ps traps.point3[], n traps.nested, d traps.positive, ds traps.positives, e traps.email, r int4range,/*from 14*/ rs int8multirange,/*end*/ fr traps.floatrange,/*from 14*/ frs traps.floatranges,/*end*/ tr traps.textrange, a2 int[][], a0 text[], off int[], b traps.blob, bs bytea[], w traps.texts, j json[]);
INSERT INTO traps.composites VALUES (1, 'so,so', '{sad,NULL,"it''s ok","hap\"py"}', '(-0,NaN,"a,""b""\\")', ARRAY[ROW(1,2,'x')::traps.point3, NULL], ROW(ROW(1,2,NULL), '{}', 'sad'), 5, '{1,2}', 'a@b', '[1,5)',/*from 14*/ '{[1,2],[5,)}',/*end*/ '(-Infinity,1e308]',/*from 14*/ '{[1,2),(3,4]}',/*end*/ '["a","b"]', '{{1,2},{3,NULL}}', '{"",NULL,"NULL",",","{","\\","🐘"}', '[-2:0]={1,2,3}', '\xdeadbeef00', ARRAY['\x00'::bytea, ''], NULL, ARRAY['{"a":1}'::json]),
  (2, NULL, '{}', NULL, '{}', NULL, NULL, NULL, DEFAULT, 'empty',/*from 14*/ '{}',/*end*/ 'empty',/*from 14*/ '{}',/*end*/ '(,)', '{}', '{}', '[1:1][-2:-2][3:5]={{{1,2,3}}}', '', '{}', (SELECT whole FROM traps.texts AS whole WHERE id = 4), NULL);
CREATE TABLE traps.registered (id int PRIMARY KEY, c regclass, t regtype, p regprocedure, f regproc, o regoperator, op regoper, r regrole, n regnamespace, co /*from 13*/regcollation/*end*//*below 13*/text/*end*/, ts regconfig, d regdictionary, cs regclass[]);
INSERT INTO traps.registered VALUES (1, 'traps.numbers', 'traps.mood', 'pglike.now()', 'pglike.format_type', '+(int4,int4)', NULL, 'corpus_owner', 'traps', 'traps.german', 'english', 'simple', '{traps.numbers,traps.texts}');
CREATE TABLE traps.acls (id int PRIMARY KEY, c cid, tid tid, x xid, x8 /*from 13*/xid8/*end*//*below 13*/int8/*end*/, rc refcursor, ov oidvector, iv int2vector);
-- Types that the server makes when it is set up, and not with the same oids everywhere.
CREATE TABLE traps.described (id int PRIMARY KEY, names information_schema.sql_identifier[], yes information_schema.yes_or_no); INSERT INTO traps.described VALUES (1, '{id,"a b"}', 'YES'), (2, NULL, NULL);
INSERT INTO traps.acls VALUES (1, '1', '(5,6)', '77', '8888888888', 'cursor', '1 2 3', '4 5');
CREATE TABLE traps.huge (id int PRIMARY KEY, b bytea, t text, c text, l text/*from 14*/ COMPRESSION pglz/*end*/); ALTER TABLE traps.huge ALTER c SET STORAGE EXTERNAL;
INSERT INTO traps.huge SELECT i, decode(repeat(md5(i::text), 200000), 'hex'), repeat('🐘', 500000), repeat('x', 1000000), repeat('y', 1000000) FROM generate_series(1, 3) i;
CREATE TABLE traps.wide AS SELECT 1 AS id; DO $$ BEGIN FOR i IN 1..400 LOOP EXECUTE format('ALTER TABLE traps.wide ADD c%s int DEFAULT %s', i, i); END LOOP; FOR i IN 1..390 LOOP EXECUTE format('ALTER TABLE traps.wide DROP c%s', i); END LOOP; END $$;

-- Shapes of tables.
CREATE TABLE traps.nothing (); INSERT INTO traps.nothing DEFAULT VALUES; INSERT INTO traps.nothing DEFAULT VALUES;
CREATE TABLE traps.emptied (a int); ALTER TABLE traps.emptied DROP a; INSERT INTO traps.emptied DEFAULT VALUES;
CREATE TABLE traps.generated (a int, g int GENERATED ALWAYS AS (a * 2) STORED, b text, u text GENERATED ALWAYS AS (upper(b)) STORED); INSERT INTO traps.generated (a, b) VALUES (1, 'x'), (NULL, NULL);
CREATE TABLE traps.only_generated (g int GENERATED ALWAYS AS (7) STORED); INSERT INTO traps.only_generated DEFAULT VALUES;
CREATE TABLE traps.always (id int GENERATED ALWAYS AS IDENTITY (START -5 INCREMENT -3 MINVALUE -1000 CACHE 5), v text); INSERT INTO traps.always (v) VALUES ('a'), ('b');
CREATE TABLE traps.by_default (id smallint GENERATED BY DEFAULT AS IDENTITY (CYCLE), v text); INSERT INTO traps.by_default VALUES (30000, 'given'), (DEFAULT, 'made');
CREATE UNLOGGED TABLE traps.unlogged (id serial, v text); INSERT INTO traps.unlogged (v) VALUES ('x');
CREATE TABLE traps.added (id int); INSERT INTO traps.added VALUES (1); ALTER TABLE traps.added ADD v text DEFAULT 'filled in'; INSERT INTO traps.added VALUES (2, NULL);
CREATE TABLE traps.settings (id int PRIMARY KEY, v text, w text) WITH (fillfactor = 71, autovacuum_enabled = off, parallel_workers = 3, toast.autovacuum_vacuum_threshold = 99, toast_tuple_target = 200);
ALTER TABLE traps.settings ALTER v SET STATISTICS 321, ALTER v SET STORAGE EXTERNAL, ALTER w SET (n_distinct = -0.5)/*from 14*/, ALTER w SET COMPRESSION pglz/*end*/, REPLICA IDENTITY FULL;
ALTER TABLE traps.settings CLUSTER ON settings_pkey;
CREATE TABLE traps.replicated (id int NOT NULL, other int NOT NULL UNIQUE); ALTER TABLE traps.replicated REPLICA IDENTITY USING INDEX replicated_other_key;
CREATE TABLE traps.unreplicated (id int); ALTER TABLE traps.unreplicated REPLICA IDENTITY NOTHING;
CREATE TABLE traps.typed OF traps.point3 (PRIMARY KEY (x)); INSERT INTO traps.typed VALUES (1, 2, 'z');

-- Inheritance.
CREATE TABLE traps.base (a int CHECK (a > 0), b text DEFAULT 'base'); CREATE TABLE traps.other_base (z int NOT NULL, b text);
CREATE TABLE traps.child (c int, a int DEFAULT 7) INHERITS (traps.base, traps.other_base); CREATE TABLE traps.grandchild (b text DEFAULT 'grand') INHERITS (traps.child);
INSERT INTO traps.base VALUES (1, 'x'); INSERT INTO traps.child VALUES (2, 'y', 3, 4); INSERT INTO traps.grandchild (a, b, z, c) VALUES (3, 'g', 5, 6);
CREATE TABLE traps.adopted (b text, a int CHECK (a > 0), own int); ALTER TABLE traps.adopted ADD CONSTRAINT base_a_check CHECK (a > 0); ALTER TABLE traps.adopted INHERIT traps.base; INSERT INTO traps.adopted VALUES ('adopted', 9, 1);

-- Partitions: another layout, a hash of an enum, many levels, a default one, several kinds, a collation.
CREATE TABLE traps.events (id int, at date NOT NULL, kind text DEFAULT 'k', PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE traps.events_past (extra int, kind text, at date NOT NULL, id int NOT NULL); ALTER TABLE traps.events_past DROP extra;
ALTER TABLE traps.events ATTACH PARTITION traps.events_past FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
CREATE TABLE traps.events_2020 PARTITION OF traps.events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (id);
CREATE TABLE traps.events_2020_a PARTITION OF traps.events_2020 FOR VALUES IN (60, 61, 62, 63, 64) PARTITION BY HASH (at);
CREATE TABLE traps.events_2020_a0 PARTITION OF traps.events_2020_a FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE traps.events_2020_a1 PARTITION OF traps.events_2020_a FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE traps.events_2020_rest PARTITION OF traps.events_2020 (kind DEFAULT 'rest') DEFAULT; CREATE TABLE traps.events_default PARTITION OF traps.events DEFAULT;
INSERT INTO traps.events SELECT i, date '2019-01-01' + i * 7, (ARRAY['a', 'b', 'c', NULL])[1 + i % 4] FROM generate_series(1, 200) i;
CREATE INDEX events_kind ON traps.events (kind); CREATE INDEX only_past ON traps.events_past (kind, id); CREATE UNIQUE INDEX events_unique ON traps.events (at, id) INCLUDE (kind);
CREATE INDEX incomplete ON ONLY traps.events (kind, id); CREATE INDEX incomplete_past ON traps.events_past (kind, id); ALTER INDEX traps.incomplete ATTACH PARTITION traps.incomplete_past;
CREATE TABLE traps.by_mood (m traps.mood, v int) PARTITION BY HASH (m);
CREATE TABLE traps.by_mood_0 PARTITION OF traps.by_mood FOR VALUES WITH (MODULUS 3, REMAINDER 0); CREATE TABLE traps.by_mood_1 PARTITION OF traps.by_mood FOR VALUES WITH (MODULUS 3, REMAINDER 1); CREATE TABLE traps.by_mood_2 PARTITION OF traps.by_mood FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO traps.by_mood SELECT e, i FROM unnest(enum_range(NULL::traps.mood)) e, generate_series(1, 20) i; INSERT INTO traps.by_mood VALUES (NULL, 0);
CREATE TABLE traps.by_expression (a int, b text) PARTITION BY LIST (lower(b) COLLATE "C"); CREATE TABLE traps.by_expression_x PARTITION OF traps.by_expression FOR VALUES IN ('x', 'y'); INSERT INTO traps.by_expression VALUES (1, 'X'), (2, 'y');
CREATE TABLE traps.by_german (t text COLLATE traps.german) PARTITION BY RANGE (t); CREATE TABLE traps.by_german_a PARTITION OF traps.by_german FOR VALUES FROM ('a') TO ('m'); CREATE TABLE traps.by_german_z PARTITION OF traps.by_german DEFAULT; INSERT INTO traps.by_german VALUES ('Äpfel'), ('zebra'), ('b'), (NULL);
CREATE TABLE traps.no_partitions (a int) PARTITION BY LIST (a);
CREATE TABLE traps.refers (event int, at date, FOREIGN KEY (event, at) REFERENCES traps.events DEFERRABLE); INSERT INTO traps.refers SELECT id, at FROM traps.events WHERE id < 10;

-- Sequences.
CREATE SEQUENCE traps.untouched START 42; CREATE SEQUENCE traps.called; SELECT nextval('traps.called'), nextval('traps.called');
CREATE SEQUENCE traps.set_not_called; SELECT setval('traps.set_not_called', 77, false); CREATE SEQUENCE traps.down AS smallint INCREMENT -3 MINVALUE -300 MAXVALUE 5 START 5 CYCLE; SELECT nextval('traps.down'), nextval('traps.down');
CREATE SEQUENCE traps.cached CACHE 20; SELECT nextval('traps.cached'); CREATE SEQUENCE traps.full MAXVALUE 2; SELECT nextval('traps.full'), nextval('traps.full');
CREATE SEQUENCE traps.owned OWNED BY traps.settings.id; CREATE SEQUENCE "Upper Case"."Seq"; SELECT setval('"Upper Case"."Seq"', 9223372036854775807);
ALTER SEQUENCE traps.called OWNED BY traps.numbers.id; CREATE /*from 15*/UNLOGGED/*end*/ SEQUENCE traps.unlogged_sequence; SELECT nextval('traps.unlogged_sequence');

-- Constraints and indexes.
-- Below 13 it takes a superuser, of whom a managed login is made a member for as long as it loads this.
/*below 13*/SET ROLE migplan; /*end*/CREATE EXTENSION btree_gist SCHEMA traps; CREATE EXTENSION pg_trgm SCHEMA public; CREATE EXTENSION hstore SCHEMA "Upper Case"; CREATE EXTENSION citext SCHEMA public; CREATE EXTENSION ltree SCHEMA public; CREATE EXTENSION intarray SCHEMA public;/*below 13*/ SET ROLE corpus_owner;/*end*/
CREATE TABLE traps.extended (id int PRIMARY KEY, h "Upper Case".hstore, c public.citext UNIQUE, l public.ltree, lq public.lquery, gk int[]); INSERT INTO traps.extended VALUES (1, 'a=>NULL,"b,"=>"\"c\""', 'CaseLess', 'a.b.c', 'a.*{1,2}.c', '{1,2}'), (2, '', 'ß', '', NULL, NULL);
CREATE INDEX ON traps.extended USING gist (l); CREATE INDEX ON traps.extended USING gin (h); CREATE INDEX ON traps.extended USING gin (gk public.gin__int_ops);
CREATE TABLE traps.constrained (id int, room int, during tsrange, v int CONSTRAINT v_positive CHECK (v > 0), w int, CONSTRAINT constrained_key PRIMARY KEY (id) DEFERRABLE INITIALLY DEFERRED, CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (room > 0), CONSTRAINT w_unique UNIQUE/*from 15*/ NULLS NOT DISTINCT/*end*/ (w) INCLUDE (v), CONSTRAINT not_inherited CHECK (id > -5) NO INHERIT, EXCLUDE USING hash (room WITH =) WHERE (room < 0) DEFERRABLE);
INSERT INTO traps.constrained VALUES (1, 1, '[2026-01-01,2026-01-02)', 1, NULL), (2, 1, '[2026-01-02,2026-01-03)', 2, 5), (3, 0, NULL, 3, 6);
INSERT INTO traps.constrained VALUES (4, 0, NULL, 4, 0); ALTER TABLE traps.constrained ADD CONSTRAINT never_checked CHECK (w > 0) NOT VALID;
CREATE TABLE traps.self (id int PRIMARY KEY, parent int REFERENCES traps.self ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED, other int);
INSERT INTO traps.self SELECT i, NULLIF(i - 1, 0), 999 FROM generate_series(1, 50) i; ALTER TABLE traps.self ADD CONSTRAINT dangling FOREIGN KEY (other) REFERENCES traps.numbers NOT VALID;
CREATE TABLE traps.cycle_a (id int PRIMARY KEY, b int); CREATE TABLE traps.cycle_b (id int PRIMARY KEY, a int REFERENCES traps.cycle_a MATCH FULL); INSERT INTO traps.cycle_a VALUES (1, 1); INSERT INTO traps.cycle_b VALUES (1, 1); ALTER TABLE traps.cycle_a ADD FOREIGN KEY (b) REFERENCES traps.cycle_b ON DELETE SET DEFAULT/*from 15*/ (b)/*end*/;
CREATE INDEX expressed ON traps.constrained ((v + w), (lower(room::text)) text_pattern_ops DESC NULLS LAST) WITH (fillfactor = 55) WHERE v > 0; ALTER INDEX traps.expressed ALTER COLUMN 1 SET STATISTICS 777; COMMENT ON INDEX traps.expressed IS 'an index';
CREATE INDEX brin ON traps.numbers USING brin (f8) WITH (pages_per_range = 8, autosummarize); CREATE INDEX hashed ON traps.numbers USING hash (i8); CREATE INDEX spgist ON traps.networks USING spgist (i); CREATE INDEX jgin ON traps.texts USING gin (jb jsonb_path_ops) WITH (fastupdate = off); CREATE INDEX trgm ON traps.texts USING gist (t public.gist_trgm_ops/*from 13*/ (siglen = 32)/*end*/); CREATE INDEX tsv ON traps.texts USING gin (ts);
CREATE UNIQUE INDEX caseless_unique ON traps.texts (cs, id); CREATE INDEX german ON traps.texts (t COLLATE traps.german);
CREATE TABLE traps.doubled (v int); INSERT INTO traps.doubled VALUES (1), (1);
CREATE STATISTICS traps.stats (ndistinct, dependencies, mcv) ON f4, f8, n FROM traps.numbers;/*from 13*/ ALTER STATISTICS traps.stats SET STATISTICS 55;/*end*/ COMMENT ON STATISTICS traps.stats IS 'statistics';/*from 14*/ CREATE STATISTICS traps.expression_stats ON (f8 * 2), n FROM traps.numbers;/*end*/

-- Functions, views, rules, triggers, policies.
CREATE FUNCTION traps.add(a int, b int DEFAULT 1, VARIADIC c int[] DEFAULT '{}') RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5 /*from 14*/RETURN a + b/*end*//*below 14*/AS 'SELECT a + b'/*end*/;
CREATE FUNCTION traps.rows() RETURNS TABLE (a int, b text) LANGUAGE plpgsql ROWS 77 SECURITY DEFINER SET search_path = traps, pg_temp SET work_mem FROM CURRENT AS $f$ BEGIN RETURN QUERY SELECT 1, $$--$$ || 'x'; END $f$;
CREATE FUNCTION traps.missing_table() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM not_there); END'; CREATE PROCEDURE traps.proc(INOUT a int, /*from 14*/OUT/*end*//*below 14*/INOUT/*end*/ b text) LANGUAGE plpgsql AS 'BEGIN b := a; END'; CREATE FUNCTION traps.poly(/*from 13*/anycompatible/*end*//*below 13*/anyelement/*end*/, anyarray) RETURNS /*from 13*/anycompatible/*end*//*below 13*/anyelement/*end*/ LANGUAGE sql AS 'SELECT $1';
CREATE AGGREGATE traps.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = SAFE); CREATE AGGREGATE traps.moving(int) (SFUNC = int4pl, STYPE = int, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, SSPACE = 9);
CREATE OPERATOR traps.+@+ (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl, COMMUTATOR = OPERATOR(traps.+@+)); CREATE OPERATOR traps.!!! (RIGHTARG = int, FUNCTION = int4um); COMMENT ON OPERATOR traps.+@+ (int, int) IS 'adds';
CREATE FUNCTION traps.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a copy must not fire triggers'; END $$;
CREATE FUNCTION traps.check_other(int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN EXISTS (SELECT FROM traps.numbers WHERE id = $1); END $$; CREATE TABLE traps.checked (id int CHECK (traps.check_other(id))); INSERT INTO traps.checked VALUES (1), (2);
CREATE VIEW traps.simple AS SELECT id, t FROM traps.texts WHERE id > 0 WITH CASCADED CHECK OPTION; CREATE VIEW traps.barrier WITH (security_barrier/*from 15*/, security_invoker/*end*/) AS SELECT * FROM traps.simple; ALTER VIEW traps.simple ALTER t SET DEFAULT 'x'; COMMENT ON COLUMN traps.simple.t IS 'a view''s column';
CREATE VIEW traps.grouped AS SELECT id, t, count(*) AS n FROM traps.texts GROUP BY id; CREATE RECURSIVE VIEW traps.counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 3; CREATE VIEW traps.starred AS SELECT n.*, m.d FROM traps.numbers n LEFT JOIN traps.moments m USING (id) ORDER BY 1 LIMIT 5;
CREATE MATERIALIZED VIEW traps.mv1 AS SELECT id, f8 FROM traps.numbers WHERE id < 5 WITH DATA; CREATE UNIQUE INDEX mv1_id ON traps.mv1 (id); CREATE VIEW traps.over_mv1 AS SELECT * FROM traps.mv1; CREATE MATERIALIZED VIEW traps.a_mv2 (n) WITH (fillfactor = 60) AS SELECT count(*) FROM traps.over_mv1; CREATE MATERIALIZED VIEW traps.unpopulated AS SELECT 1 / (v - 1) AS x FROM traps.doubled WITH NO DATA; CREATE INDEX ON traps.unpopulated (x);
COMMENT ON MATERIALIZED VIEW traps.mv1 IS 'materialized'; ALTER MATERIALIZED VIEW traps.mv1 CLUSTER ON mv1_id;
CREATE VIEW traps.circle AS SELECT 1 AS a; CREATE FUNCTION traps.circle_f() RETURNS SETOF traps.circle LANGUAGE sql /*from 14*/BEGIN ATOMIC SELECT 1; END/*end*//*below 14*/AS 'SELECT 1'/*end*/; CREATE OR REPLACE VIEW traps.circle AS SELECT a FROM traps.circle_f();
CREATE RULE swallow AS ON DELETE TO traps.nothing DO INSTEAD NOTHING; CREATE RULE echo AS ON INSERT TO traps.doubled WHERE new.v > 5 DO ALSO (INSERT INTO traps.added VALUES (new.v); DELETE FROM traps.added WHERE id = 5); CREATE RULE view_insert AS ON INSERT TO traps.grouped DO INSTEAD INSERT INTO traps.texts (id, t) VALUES (new.id, new.t) RETURNING id, t, 1::bigint; ALTER TABLE traps.doubled DISABLE RULE echo; COMMENT ON RULE swallow ON traps.nothing IS 'a rule';
CREATE TABLE traps.triggered (id int, v text); INSERT INTO traps.triggered VALUES (1, 'x');
CREATE TRIGGER enabled BEFORE INSERT OR UPDATE OF v ON traps.triggered FOR EACH ROW WHEN (new.id > 0) EXECUTE FUNCTION traps.touch('a''b', '; --'); CREATE TRIGGER disabled AFTER INSERT ON traps.triggered FOR EACH ROW EXECUTE FUNCTION traps.touch(); CREATE TRIGGER for_replica BEFORE INSERT ON traps.triggered FOR EACH ROW EXECUTE FUNCTION traps.touch(); CREATE TRIGGER always BEFORE TRUNCATE ON traps.triggered FOR EACH STATEMENT EXECUTE FUNCTION traps.touch(); CREATE CONSTRAINT TRIGGER deferred AFTER INSERT ON traps.triggered FROM traps.texts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION traps.touch();
CREATE TRIGGER transition AFTER INSERT ON traps.triggered REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION traps.touch(); ALTER TABLE traps.triggered DISABLE TRIGGER disabled, ENABLE REPLICA TRIGGER for_replica, ENABLE ALWAYS TRIGGER always; COMMENT ON TRIGGER enabled ON traps.triggered IS 'fires'; CREATE TRIGGER on_events /*from 13*/BEFORE/*end*//*below 13*/AFTER/*end*/ INSERT ON traps.events FOR EACH ROW EXECUTE FUNCTION traps.touch();/*from 13*/ ALTER TABLE traps.events_past DISABLE TRIGGER on_events;/*end*/ CREATE TRIGGER instead INSTEAD OF UPDATE ON traps.over_mv1 FOR EACH ROW EXECUTE FUNCTION traps.touch(); CREATE CONSTRAINT TRIGGER deferred_events AFTER INSERT ON traps.events DEFERRABLE FOR EACH ROW EXECUTE FUNCTION traps.touch();
CREATE TABLE traps.secret (id int PRIMARY KEY, owner name); INSERT INTO traps.secret SELECT i, CASE i % 10 WHEN 0 THEN 'corpus_app' WHEN 1 THEN 'corpus_owner' ELSE 'x' END FROM generate_series(1, 100) i; CREATE TABLE traps.refers_secret (id int REFERENCES traps.secret); INSERT INTO traps.refers_secret SELECT id FROM traps.secret; ALTER TABLE traps.secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY mine ON traps.secret USING (owner = current_user); CREATE POLICY "it's; restrictive" ON traps.secret AS RESTRICTIVE FOR UPDATE TO corpus_app, corpus_group USING (id > 0) WITH CHECK (id < 1000); COMMENT ON POLICY mine ON traps.secret IS 'a policy'; CREATE MATERIALIZED VIEW traps.own_secrets AS SELECT * FROM traps.secret; CREATE TABLE traps.no_policy (id int); INSERT INTO traps.no_policy VALUES (1); ALTER TABLE traps.no_policy ENABLE ROW LEVEL SECURITY;

-- Text search.
CREATE TEXT SEARCH DICTIONARY traps.dictionary (TEMPLATE = pg_catalog.simple, STOPWORDS = english, ACCEPT = false); CREATE TEXT SEARCH CONFIGURATION traps.configuration (COPY = pg_catalog.english); ALTER TEXT SEARCH CONFIGURATION traps.configuration ALTER MAPPING FOR word, asciiword WITH traps.dictionary, simple; ALTER TEXT SEARCH CONFIGURATION traps.configuration DROP MAPPING FOR email; COMMENT ON TEXT SEARCH DICTIONARY traps.dictionary IS 'words'; CREATE TABLE traps.searched (t text, ts tsvector GENERATED ALWAYS AS (to_tsvector('traps.configuration', t)) STORED); INSERT INTO traps.searched (t) VALUES ('the quick brown fox'); CREATE CONVERSION traps.conversion FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;

-- Casts and the like that an owner may create.
CREATE FUNCTION traps.to_point(int) RETURNS traps.point3 LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1, $1, NULL)::traps.point3'; CREATE CAST (int AS traps.point3) WITH FUNCTION traps.to_point(int) AS ASSIGNMENT; COMMENT ON CAST (int AS traps.point3) IS 'a cast';

-- Privileges.
GRANT USAGE ON SCHEMA traps TO PUBLIC; GRANT CREATE ON SCHEMA traps TO corpus_group WITH GRANT OPTION; GRANT USAGE ON SCHEMA "Upper Case" TO corpus_app;
GRANT SELECT, INSERT ON traps.numbers TO corpus_app WITH GRANT OPTION; GRANT SELECT (id, t), UPDATE (t) ON traps.texts TO corpus_app; GRANT REFERENCES (id) ON traps.texts TO PUBLIC; GRANT ALL ON traps.settings TO corpus_group; /*from 14*/REVOKE ALL ON traps.self FROM corpus_owner;/*end*/ REVOKE INSERT ON traps.cycle_a FROM corpus_owner;
REVOKE ALL ON FUNCTION traps.rows() FROM PUBLIC; GRANT EXECUTE ON FUNCTION traps.rows() TO corpus_app; GRANT USAGE, SELECT ON SEQUENCE traps.untouched TO corpus_app; GRANT UPDATE ON SEQUENCE traps.called TO corpus_group WITH GRANT OPTION; GRANT SELECT ON ALL TABLES IN SCHEMA "select" TO corpus_reader_group;
ALTER DEFAULT PRIVILEGES IN SCHEMA traps GRANT SELECT ON TABLES TO corpus_app; ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO corpus_group WITH GRANT OPTION; ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO corpus_app; ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
SET ROLE corpus_app; GRANT SELECT ON traps.numbers TO corpus_reader_group; RESET ROLE; SET ROLE corpus_owner;
COMMENT ON TABLE traps.numbers IS 'numbers; -- all of them'; COMMENT ON COLUMN traps.numbers.f8 IS 'it''s a float'; COMMENT ON VIEW traps.simple IS 'view'; COMMENT ON SEQUENCE traps.called IS 'sequence'; COMMENT ON FUNCTION traps.rows() IS 'function'; COMMENT ON AGGREGATE traps.total(int) IS 'aggregate'; COMMENT ON CONSTRAINT v_positive ON traps.constrained IS 'constraint'; COMMENT ON COLUMN traps.point3.x IS 'attribute'; COMMENT ON PROCEDURE traps.proc(int, text) IS 'procedure'; COMMENT ON TEXT SEARCH CONFIGURATION traps.configuration IS 'configuration'; COMMENT ON CONVERSION traps.conversion IS 'conversion'; COMMENT ON COLUMN traps.texts.t IS ''; 

-- Large objects.
SELECT lo_from_bytea(2000001, '\x00ff'); SELECT lo_from_bytea(2000002, decode(repeat('ab', 100000), 'hex')); SELECT lo_create(2000003); SELECT lo_from_bytea(2000004, ''); SELECT lo_put(2000004, 5000, 'after a hole');
GRANT SELECT ON LARGE OBJECT 2000001 TO corpus_app WITH GRANT OPTION; GRANT UPDATE ON LARGE OBJECT 2000001 TO PUBLIC; COMMENT ON LARGE OBJECT 2000002 IS 'large';
RESET ROLE;

-- A unique index that can't be: stays behind as an invalid one.
SET statement_timeout = 0;
\set ON_ERROR_STOP off
CREATE UNIQUE INDEX CONCURRENTLY broken ON traps.doubled (v);
\set ON_ERROR_STOP on
