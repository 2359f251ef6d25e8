select s.functions, s.roles, s.default_role, s.first_role, s.member_fields,
  to_regprocedure(format('%I.organization_tables()', s.functions)) is not null as names_tables
from stabbur.organization_schema s
