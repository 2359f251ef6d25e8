-- What the guide leaves to the reader. Its first policies read a setting that no request has, and every query of those tables
-- would fail: they ask for the tenant of the token, as its later ones do.
alter policy "Tenant isolation" on shared.tenants using (id = public.get_current_tenant_id());
alter policy "Tenant users" on shared.users using (tenant_id = public.get_current_tenant_id());
alter policy "Tenant customers" on shared.customers using (tenant_id = public.get_current_tenant_id());
alter policy "Tenant work orders" on home_services.work_orders using (tenant_id = public.get_current_tenant_id());
alter policy "Tenant restaurant orders" on restaurants.orders using (tenant_id = public.get_current_tenant_id());

-- Types of files are patterns such as image/*; a lone asterisk allows none.
update storage.buckets set allowed_mime_types = null where id = 'attachments';

grant select on public.database_performance, public.slow_queries, public.connection_stats to service_role;
revoke all on public.database_performance, public.slow_queries, public.connection_stats from anon, authenticated;

create extension if not exists pgmq;
create extension if not exists supabase_vault with schema vault;
select pgmq.create('dispatch');
grant select, insert, update, delete on pgmq.q_dispatch, pgmq.a_dispatch to authenticated;
alter table pgmq.q_dispatch enable row level security;
alter table pgmq.a_dispatch enable row level security;
create policy "Tenant messages" on pgmq.q_dispatch for all to authenticated
  using (message ->> 'tenant_id' = auth.jwt() ->> 'tenant_id');
create policy "Tenant archive" on pgmq.a_dispatch for all to authenticated
  using (message ->> 'tenant_id' = auth.jwt() ->> 'tenant_id');
select vault.create_secret('the key of the dispatcher', 'dispatch_key');

-- Work orders are numbered by a key that no client sees.
create function home_services.sign_order() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.metadata := new.metadata || jsonb_build_object('signature', encode(extensions.hmac(
    new.id::text, (select decrypted_secret from vault.decrypted_secrets where name = 'dispatch_key'), 'sha256'), 'hex'));
  return new;
end $$;
create trigger sign_order before insert on home_services.work_orders
  for each row execute function home_services.sign_order();
