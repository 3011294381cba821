-- Large objects with their owner, the grants that are not the owner's default ones, and their comment.
-- Reads pg_largeobject_metadata, pg_roles; PostgreSQL 12 to 18.
SELECT
  m.oid,
  pg_catalog.pg_get_userbyid(m.lomowner)::pg_catalog.text AS owner,
  m.lomacl IS NOT NULL AS has_acl,
  ARRAY(
    SELECT CASE WHEN acl.grantee = 0 THEN '' ELSE pg_catalog.pg_get_userbyid(acl.grantee)::pg_catalog.text END
    FROM pg_catalog.aclexplode(m.lomacl) WITH ORDINALITY AS acl(grantor, grantee, privilege_type, is_grantable, position) ORDER BY acl.position
  ) AS grantees,
  ARRAY(
    SELECT acl.privilege_type || CASE WHEN acl.is_grantable THEN '*' ELSE '' END
    FROM pg_catalog.aclexplode(m.lomacl) WITH ORDINALITY AS acl(grantor, grantee, privilege_type, is_grantable, position) ORDER BY acl.position
  ) AS privileges,
  ARRAY(
    SELECT pg_catalog.pg_get_userbyid(acl.grantor)::pg_catalog.text
    FROM pg_catalog.aclexplode(m.lomacl) WITH ORDINALITY AS acl(grantor, grantee, privilege_type, is_grantable, position) ORDER BY acl.position
  ) AS grantors,
  pg_catalog.obj_description(m.oid, 'pg_largeobject') AS comment
FROM pg_catalog.pg_largeobject_metadata m
ORDER BY m.oid
