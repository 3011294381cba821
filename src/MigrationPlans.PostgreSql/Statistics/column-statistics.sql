-- What the planner knows of the columns of tables ($1 schemas, $2 names), and of the expressions in their indexes, in the words of
-- pg_restore_attribute_stats. Left out are tables of which that function can't be told everything: those with extended statistics, and
-- those with a type whose statistics have a form of its own. pg_stats; 12 to 18.
WITH part AS MATERIALIZED (
  SELECT n.nspname, c.oid AS of, r.oid, r.relname, a.attname, a.attnum
    FROM unnest($1::text[], $2::text[]) AS w (schema, name)
    JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
    JOIN LATERAL (SELECT c.oid UNION ALL SELECT i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indexprs IS NOT NULL AND c.relkind <> 'p') AS l (oid) ON true
    JOIN pg_catalog.pg_class r ON r.oid = l.oid
    JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
   WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_statistic_ext e WHERE e.stxrelid = c.oid)
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute o
                       JOIN pg_catalog.pg_type t ON t.oid = o.atttypid
                       JOIN pg_catalog.pg_proc p ON p.oid = t.typanalyze
                      WHERE o.attrelid = r.oid AND o.attnum > 0 AND NOT o.attisdropped
                        AND NOT (p.pronamespace = 'pg_catalog'::regnamespace AND p.proname IN ('array_typanalyze', 'ts_typanalyze')))
)
SELECT p.nspname::text, p.relname::text, CASE WHEN p.oid = p.of THEN p.attname::text END, CASE WHEN p.oid <> p.of THEN p.attnum::text END,
       s.inherited::text, s.null_frac::text, s.avg_width::text, s.n_distinct::text, s.most_common_vals::text, s.most_common_freqs::text,
       s.histogram_bounds::text, s.correlation::text, s.most_common_elems::text, s.most_common_elem_freqs::text, s.elem_count_histogram::text
  FROM part p
  -- Looked up column by column (OFFSET 0 keeps it so): joined, the planner expects one row of all this, and compares every column with every statistic.
 CROSS JOIN LATERAL (SELECT k.* FROM pg_catalog.pg_stats k WHERE k.schemaname = p.nspname AND k.tablename = p.relname AND k.attname = p.attname OFFSET 0) s
