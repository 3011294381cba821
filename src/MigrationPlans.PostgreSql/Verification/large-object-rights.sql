-- Large objects by who owns them and who may do what with them: there can be millions, of a few owners. Owner, grantees ('' for PUBLIC) with their privileges and
-- who gave them ('' for the owner), how many there are, and a sum over their oids. pg_largeobject_metadata; 12 to 18. An owner's own rights are not listed.
SELECT pg_catalog.pg_get_userbyid(m.lomowner)::text,
       ARRAY(SELECT COALESCE(r.rolname::text, '') FROM pg_catalog.aclexplode(m.acl) WITH ORDINALITY AS a (grantor, grantee, privilege, grantable, place) LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
              WHERE a.grantee <> m.lomowner ORDER BY a.place),
       ARRAY(SELECT a.privilege || CASE WHEN a.grantable THEN '*' ELSE '' END FROM pg_catalog.aclexplode(m.acl) WITH ORDINALITY AS a (grantor, grantee, privilege, grantable, place)
              WHERE a.grantee <> m.lomowner ORDER BY a.place),
       ARRAY(SELECT CASE WHEN a.grantor <> m.lomowner THEN pg_catalog.pg_get_userbyid(a.grantor)::text ELSE '' END
              FROM pg_catalog.aclexplode(m.acl) WITH ORDINALITY AS a (grantor, grantee, privilege, grantable, place) WHERE a.grantee <> m.lomowner ORDER BY a.place),
       m.objects, m.oids
  FROM (SELECT o.lomowner, NULLIF(o.lomacl, '{}')::aclitem[] AS acl, pg_catalog.count(*) AS objects,
               pg_catalog.sum(('x' || pg_catalog.substr(pg_catalog.md5(o.oid::text), 1, 8))::bit(32)::int8)::int8 AS oids
          FROM (SELECT l.oid, l.lomowner, l.lomacl::text AS lomacl FROM pg_catalog.pg_largeobject_metadata l) o
         GROUP BY o.lomowner, o.lomacl) m
