-- Rows of column-statistics.sql ($1 to $15, a column each; $16 the version of their server) become statistics here. 18.
SELECT pg_catalog.pg_restore_attribute_stats(
         'version', $16::integer, 'schemaname', w.schema, 'relname', w.relation, 'attname', w.name, 'attnum', w.number::smallint,
         'inherited', w.inherited::boolean, 'null_frac', w.null_frac::real, 'avg_width', w.avg_width::integer, 'n_distinct', w.n_distinct::real,
         'most_common_vals', w.most_common_vals, 'most_common_freqs', w.most_common_freqs::real[],
         'histogram_bounds', w.histogram_bounds, 'correlation', w.correlation::real,
         'most_common_elems', w.most_common_elems, 'most_common_elem_freqs', w.most_common_elem_freqs::real[],
         'elem_count_histogram', w.elem_count_histogram::real[])
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
              $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])
       AS w (schema, relation, name, number, inherited, null_frac, avg_width, n_distinct, most_common_vals, most_common_freqs,
             histogram_bounds, correlation, most_common_elems, most_common_elem_freqs, elem_count_histogram)
