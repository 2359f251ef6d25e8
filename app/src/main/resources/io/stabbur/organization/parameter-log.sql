-- Whether no value of a statement of this login reaches the log of Postgres: none is logged with statements (or no statement
-- is), none with errors, none by auto_explain, which logs values from Postgres 16 on, none by pgaudit.
select
  (current_setting('log_parameter_max_length') = '0'
    or (current_setting('log_statement') in ('none', 'ddl') and current_setting('log_min_duration_statement') = '-1'
      and current_setting('log_min_duration_sample') = '-1' and current_setting('log_transaction_sample_rate') = '0'))
  and current_setting('log_parameter_max_length_on_error') = '0'
  and (current_setting('server_version_num')::int < 160000
    or coalesce(current_setting('auto_explain.log_min_duration', true), '-1') = '-1'
    or coalesce(current_setting('auto_explain.log_parameter_max_length', true), '-1') = '0')
  and coalesce(current_setting('pgaudit.log_parameter', true), 'off') = 'off'
