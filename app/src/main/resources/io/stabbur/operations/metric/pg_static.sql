select current_setting('server_version')::text as version,
  current_setting('server_version_num')::text as short_version, 1::float8 as value
