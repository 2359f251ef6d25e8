-- The extensions, and whether an object of some schemas depends on what they made.
select e.extname, n.nspname,
  exists (
    select from pg_catalog.pg_depend member
      join pg_catalog.pg_depend used on used.refclassid = member.classid and used.refobjid = member.objid
      cross join lateral pg_catalog.pg_identify_object_as_address(used.classid, used.objid, used.objsubid) address
    where member.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and member.refobjid = e.oid
      and member.deptype = 'e' and used.deptype in ('n', 'a') and address.object_names[1] = any (?))
from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
order by 1
