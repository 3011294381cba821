-- The database's subscriptions without their connection strings: name, owner, publications, comment, slot, options that are not the default.
-- pg_subscription; 12 to 18. A column that the version lacks is the one of `older`, because the inner name is looked for first. Below 16 all
-- changes are applied by the owner, which is not the default any more.
SELECT x.subname::text, x.owner::text, x.subpublications::text[], x.comment, x.subslotname::text, x.options
  FROM (SELECT false AS subbinary, 'f' AS substream, 'd' AS subtwophasestate, false AS subdisableonerr, true AS subpasswordrequired, true AS subrunasowner,
               'any' AS suborigin, false AS subfailover) older
 CROSS JOIN LATERAL (
   SELECT s.subname, pg_catalog.pg_get_userbyid(s.subowner) AS owner, s.subpublications, pg_catalog.obj_description(s.oid, 'pg_subscription') AS comment, s.subslotname,
          pg_catalog.array_remove(ARRAY[
            CASE WHEN subbinary THEN 'binary = true' END,
            CASE substream::text WHEN 't' THEN 'streaming = on' WHEN 'true' THEN 'streaming = on' WHEN 'p' THEN 'streaming = parallel' END,
            CASE WHEN subtwophasestate::text <> 'd' THEN 'two_phase = true' END,
            CASE WHEN subdisableonerr THEN 'disable_on_error = true' END,
            CASE WHEN NOT subpasswordrequired THEN 'password_required = false' END,
            CASE WHEN subrunasowner THEN 'run_as_owner = true' END,
            CASE WHEN suborigin <> 'any' THEN 'origin = ' || pg_catalog.quote_literal(suborigin) END,
            CASE WHEN subfailover THEN 'failover = true' END,
            CASE WHEN s.subsynccommit <> 'off' THEN 'synchronous_commit = ' || pg_catalog.quote_literal(s.subsynccommit) END], NULL) AS options
     FROM pg_catalog.pg_subscription s
    WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())) x
 ORDER BY x.subname::text COLLATE pg_catalog."C"
