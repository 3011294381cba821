-- Odd, but nothing that PostgreSQL refuses: names and bodies that look like a dump's own lines, a database without its schema public,
-- materialized views that read others through functions, settings that would keep a copy's own sessions out. Needs no superuser.
CREATE ROLE corpus_odd_owner; CREATE ROLE corpus_odd_group; CREATE ROLE corpus_odd_login LOGIN IN ROLE corpus_odd_owner; CREATE ROLE "corpus new
line";
SELECT format('GRANT %I TO CURRENT_USER', rolname) FROM pg_roles WHERE rolname ~ '^corpus' AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) \gexec
CREATE SCHEMA h AUTHORIZATION corpus_odd_owner;
CREATE TABLE h.t (id int primary key, v text); GRANT SELECT ON h.t TO corpus_odd_group, corpus_odd_login;
ALTER TABLE h.t OWNER TO corpus_odd_owner; INSERT INTO h.t SELECT i, 'x' FROM generate_series(1,10) i;
-- bodies that look like others
CREATE FUNCTION h.f() RETURNS text LANGUAGE plpgsql AS E'BEGIN\r\n  RETURN $x$a\r\n\\restrict abc\n\\unrestrict abc\n-- TOC entry 5 (class 1259 OID 5)\n-- Name: x; Type: TABLE; Schema: -; Owner: -\nSET default_tablespace = \'\';\n$x$; -- \u2028\n--\n\n--\n-- TOC entry 1 (class 1255 OID 2)\nEND';
COMMENT ON FUNCTION h.f() IS E'\r\n--\n-- TOC entry 5 (class 1259 OID 5)\n-- Name: x; Type: TABLE; Schema: -; Owner: -\n\n\\restrict x';
CREATE SCHEMA "new
line; -- x"; CREATE TABLE "new
line; -- x"."t
-- TOC entry 7 (class 1259 OID 5)
-- Name: x; Type: TABLE" ("c
1" int primary key); INSERT INTO "new
line; -- x"."t
-- TOC entry 7 (class 1259 OID 5)
-- Name: x; Type: TABLE" VALUES (1);
GRANT SELECT ON "new
line; -- x"."t
-- TOC entry 7 (class 1259 OID 5)
-- Name: x; Type: TABLE" TO "corpus new
line";
ALTER SCHEMA "new
line; -- x" OWNER TO "corpus new
line";
COMMENT ON SCHEMA "new
line; -- x" IS 'a
b';
-- aclitem, composite with dropped attribute, domain violating not valid
CREATE TABLE h.acl (a aclitem, aa aclitem[]); INSERT INTO h.acl VALUES ('corpus_odd_owner=r/corpus_odd_group', '{corpus_odd_owner=r/corpus_odd_group,=r/corpus_odd_owner}');
CREATE TYPE h.comp AS (a int, b text, c int); ALTER TYPE h.comp DROP ATTRIBUTE b; CREATE TABLE h.comps (c h.comp, cs h.comp[]); INSERT INTO h.comps VALUES (ROW(1,2), ARRAY[ROW(3,4)::h.comp]);
ALTER TYPE h.comp ADD ATTRIBUTE z text CASCADE; INSERT INTO h.comps VALUES (ROW(1,2,'z'), ARRAY[ROW(3,4,'z')::h.comp]);
CREATE DOMAIN h.dom AS int; CREATE TABLE h.doms (d h.dom, ds h.dom[]); INSERT INTO h.doms VALUES (-5, '{-5}'); ALTER DOMAIN h.dom ADD CONSTRAINT pos CHECK (VALUE > 0) NOT VALID;
CREATE DOMAIN h.domcomp AS h.comp CHECK ((VALUE).a > 0); CREATE TABLE h.domcomps (d h.domcomp); INSERT INTO h.domcomps VALUES (ROW(1,2,'x'));
CREATE TABLE h.nv (a int, b int); INSERT INTO h.nv VALUES (-1, NULL); ALTER TABLE h.nv ADD CHECK (a > 0) NOT VALID;
-- matview reading a matview by a function
CREATE MATERIALIZED VIEW h.z_base AS SELECT id, pg_catalog.pg_sleep(0.05)::text AS slowly FROM h.t; CREATE FUNCTION h.count_base() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM h.z_base); END';
CREATE MATERIALIZED VIEW h.a_top AS SELECT h.count_base() AS n;
-- the public schema is gone, template, tablespaces
DROP SCHEMA public;
CREATE STATISTICS h.st (mcv) ON id, v FROM h.t;
-- trigger depends, deferrable etc.
CREATE TABLE h."migplan" (id int); 
CREATE SEQUENCE h.shared; CREATE TABLE h.s1 (id int DEFAULT nextval('h.shared')); CREATE TABLE h.s2 (id int DEFAULT nextval('h.shared')); INSERT INTO h.s1 DEFAULT VALUES; INSERT INTO h.s2 DEFAULT VALUES;
CREATE OPERATOR h.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = pg_catalog.oidne);
CREATE VIEW h.vcol (a, b) AS SELECT 1, 2; ALTER TABLE h.vcol RENAME COLUMN a TO zz; 
ALTER DATABASE corpus_odd SET search_path = h;
ALTER DATABASE corpus_odd IS_TEMPLATE true; ALTER DATABASE corpus_odd CONNECTION LIMIT 9;
ALTER ROLE corpus_odd_login IN DATABASE corpus_odd SET role = 'corpus_odd_owner';
ALTER DATABASE corpus_odd OWNER TO corpus_odd_owner;
