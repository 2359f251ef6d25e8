select s.functions, s.roles, s.default_role, s.first_role, s.member_fields from stabbur.organization_schema s
