-- 12 to 18.
SELECT e.name::text, e.default_version FROM pg_catalog.pg_available_extensions e WHERE e.default_version IS NOT NULL
