-- How the schema keeps organizations, with the functions of the contract that it and our own schema have.
select s.functions, s.header, s.roles, s.default_role, s.first_role, s.administrator_roles, s.platform_role, s.member_fields,
  quote_ident(s.functions) || ', stabbur_organization' as search_path,
  array(select distinct p.proname::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = s.functions order by 1) as provided,
  array(select distinct p.proname::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'stabbur_organization' order by 1) as defaults
from stabbur.organization_schema s
