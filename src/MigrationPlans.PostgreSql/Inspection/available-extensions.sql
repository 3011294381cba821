-- Which there are, and which of them only a superuser creates. pg_available_extension_versions has `trusted` from 13 on: below, none is. 12 to 18.
SELECT e.name::text, e.default_version,
       COALESCE(v.superuser AND NOT COALESCE((pg_catalog.to_jsonb(v) ->> 'trusted')::boolean, false), false)
  FROM pg_catalog.pg_available_extensions e
  LEFT JOIN pg_catalog.pg_available_extension_versions v ON v.name = e.name AND v.version = e.default_version
 WHERE e.default_version IS NOT NULL
