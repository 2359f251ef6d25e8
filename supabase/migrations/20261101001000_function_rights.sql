-- Functions may be executed by everybody unless that is taken away; in `private` only what was granted by name stays.
revoke execute on all functions in schema private from public;
grant execute on function private.is_formula(text) to anon, authenticated, service_role;
-- The data API lists the casts as its login role, which has no rights of its own; without keys these functions do nothing.
grant execute on function
  private.personal_to_json(public.personal), private.personal_from_json(json), private.personal_from_filter(text),
  private.email_search_from_filter(text), private.phone_search_from_filter(text) to public;
