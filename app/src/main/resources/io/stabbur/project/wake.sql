-- API keys and tokens that came with a dump count from now on.
do $$
begin
  update stabbur.api_keys set identity = stabbur.identity() where identity is distinct from stabbur.identity();
  update stabbur.application_tokens set identity = stabbur.identity() where identity is distinct from stabbur.identity();
  update stabbur.access_tokens set identity = stabbur.identity() where identity is distinct from stabbur.identity();
end $$
