-- Constraints and triggers of tables, each with its comment. Of the source ($1) only those that have one and that a table has by another one alone, which a dump has no entry for: inherited constraints, and what a partition
-- has from its root. Which triggers of a partition are its own differs between versions: all of them are told, as saying a comment again changes nothing. Triggers that check keys bear no name of anybody's, nor do the
-- constraints by which a key looks at the parts of the table that it refers to. pg_description, pg_constraint, pg_trigger; 12 to 18.
SELECT o.kind, n.nspname::text, c.relname::text, o.name::text, d.description
  FROM (SELECT k.tableoid AS class, k.oid, 'CONSTRAINT' AS kind, k.conrelid AS relation, k.conname AS name, NOT k.conislocal OR k.conparentid <> 0 AS derived
          FROM pg_catalog.pg_constraint k
         WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
        UNION ALL
        SELECT t.tableoid, t.oid, 'TRIGGER', t.tgrelid, t.tgname, NULL FROM pg_catalog.pg_trigger t WHERE t.tgname !~ '^RI_ConstraintTrigger_') o
  JOIN pg_catalog.pg_class c ON c.oid = o.relation
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_description d ON d.classoid = o.class AND d.objoid = o.oid AND d.objsubid = 0
 WHERE c.oid >= 16384
   AND (NOT $1 OR d.description IS NOT NULL AND COALESCE(o.derived, c.relispartition)
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = c.tableoid AND e.objid = c.oid AND e.deptype = 'e'))
 ORDER BY 1, 2, 3, 4
