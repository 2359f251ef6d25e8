-- An organisation learns that somebody tried to switch into it, and who it was if they belong to it (a suspended member). The
-- ids of others are for the platform: a second entry, outside the organisation's chain.
create or replace function private.audit_refused_switch(organization uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  known uuid := (select o.id from public.organizations o where o.id = organization);
  foreigner boolean := known is null or not private.belongs(private.uid(), known);
  named_in uuid := case when foreigner then null else known end;
begin
  if exists (
      select from public.audit_log a
      where a.chain = private.audit_chain(named_in, 'switch_refused') and a.occurred_at > now() - interval '1 minute'
        and a.action = 'switch_refused' and a.actor_id = private.uid() and a.row_id = organization::text) then
    return;
  end if;
  perform private.write_audit(named_in, private.uid(), private.actor_role(), 'switch_refused', 'organizations', organization::text, '{}');
  if foreigner and known is not null then
    perform private.write_audit(known, null, null, 'switch_refused', 'organizations', organization::text, '{}');
  end if;
end $$;
