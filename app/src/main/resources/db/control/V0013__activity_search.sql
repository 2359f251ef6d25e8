-- Entries of one operator and about one subject, the newest first (OperatorLog#search).
create index operator_log_operator on operator_log (operator, id desc);
create index operator_log_subject on operator_log (subject, id desc) where subject is not null;
drop index operator_log_subject_idx;
