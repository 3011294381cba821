-- Whether an expression of a definition holds a value of type "char" above 127, which servers below 15 print as that byte. As expressions are stored: the value's first byte is a signed number. The server's own hold none.
-- pg_attrdef, pg_constraint, pg_index, pg_partitioned_table, pg_class, pg_rewrite, pg_policy, pg_trigger, pg_proc, pg_type; 12 to 14.
SELECT EXISTS (
  SELECT FROM (
    SELECT adbin FROM pg_catalog.pg_attrdef
    UNION ALL SELECT conbin FROM pg_catalog.pg_constraint
    UNION ALL SELECT indexprs FROM pg_catalog.pg_index
    UNION ALL SELECT indpred FROM pg_catalog.pg_index
    UNION ALL SELECT partexprs FROM pg_catalog.pg_partitioned_table
    UNION ALL SELECT relpartbound FROM pg_catalog.pg_class
    UNION ALL SELECT ev_qual FROM pg_catalog.pg_rewrite WHERE ev_class >= 16384
    UNION ALL SELECT ev_action FROM pg_catalog.pg_rewrite WHERE ev_class >= 16384
    UNION ALL SELECT polqual FROM pg_catalog.pg_policy
    UNION ALL SELECT polwithcheck FROM pg_catalog.pg_policy
    UNION ALL SELECT tgqual FROM pg_catalog.pg_trigger
    UNION ALL SELECT proargdefaults FROM pg_catalog.pg_proc WHERE oid >= 16384
    UNION ALL SELECT typdefaultbin FROM pg_catalog.pg_type) e (stored)
   WHERE e.stored::text ~ ':consttype 18 [^{}]*:constvalue 1 \[ -')
