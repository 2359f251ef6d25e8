-- As in 0541, with a name for the key that no column of the table hides.
create or replace function stabbur_organization.encrypt_columns() returns trigger
language plpgsql as $$
declare
  key_name text := case when tg_argv[0] = '-' then 'profiles' else 'organisation:' || (to_jsonb(new) ->> tg_argv[0]) end;
  before jsonb := case when tg_op = 'UPDATE' then to_jsonb(old) else '{}' end;
  after jsonb := to_jsonb(new);
begin
  return jsonb_populate_record(new, (
    select jsonb_object_agg(personal, stabbur_organization.sealed(after ->> personal, before ->> personal, key_name))
    from unnest(tg_argv[1:]) as personal));
end $$;
