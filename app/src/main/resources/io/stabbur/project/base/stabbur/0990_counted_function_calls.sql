-- Successful calls of functions beyond a number in each batch are counted together: a line then stands for so many calls of
-- one version that were answered with the same status, `millis` is their mean, and they have no execution.
alter table stabbur.function_logs add column requests bigint not null default 1 check (requests > 0);
