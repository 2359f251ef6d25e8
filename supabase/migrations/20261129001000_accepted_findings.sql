-- What `./stabbur advisor` finds in this schema and is meant to be so (app/docs/advisor.md).
do $$
begin
  if to_regclass('stabbur.accepted_findings') is not null then
    insert into stabbur.accepted_findings (finding, because)
    select 'security_definer_view_public_' || view,
      'its condition names the organizations that the caller may see; members may not read the rows that it counts'
    from unnest(array['grant_report', 'org_stats']) as view
    union all
    select 'unindexed_foreign_keys_public_' || key, 'accounts are seldom deleted and every write would pay; indexes begin with the organization'
    from unnest(array['activities_activities_user_id_fkey', 'assignments_assignments_coordinator_fkey',
      'assignments_assignments_peer_mentor_fkey', 'certifications_certifications_user_id_fkey', 'contacts_contacts_owner_id_fkey', 'expense_claims_expense_claims_user_id_fkey']) as key
    on conflict (finding) do nothing;
  end if;
end $$;
