package io.stabbur.control.operator;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.Pageable;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What operators changed: written before it is done, and its outcome afterwards.
@JdbcRepository(dataSource = "control", dialect = Dialect.POSTGRES)
public interface OperatorLog extends GenericRepository<OperatorLogEntry, Long> {
  OperatorLogEntry save(OperatorLogEntry entry);

  @Query("update stabbur_control.operator_log set status = :status where id = :id")
  int end(long id, int status);

  List<OperatorLogEntry> findAllOrderByIdDesc(Pageable page);

  List<OperatorLogEntry> findByIdLessThanOrderByIdDesc(long before, Pageable page);

  /// Notes whom or what an entry is about.
  @Query(
      """
      update stabbur_control.operator_log set project = :project, subject = :subject where id = :id\
      """)
  int about(long id, @Nullable String project, String subject);

  @Query("update stabbur_control.operator_log set action = :action where id = :id")
  int nameAction(long id, String action);

  /// Puts another subject in the place of one that is to be forgotten, however it was typed.
  @Query(
      """
      update stabbur_control.operator_log set subject = :replacement
      where project = :project and lower(subject) = lower(:subject)\
      """)
  int rename(String project, String subject, String replacement);

  /// Removes what accounts were searched by, where it is a part of a subject that is to be
  /// forgotten.
  @Query(
      """
      update stabbur_control.operator_log set action = split_part(action, chr(10), 1)
      where starts_with(action, 'Accounts (read) in ' || :project || chr(10))
        and position(lower(split_part(action, chr(10), 2)) in lower(:subject)) > 0\
      """)
  int forgetSearches(String project, String subject);

  /// Those of operators whose address has a text in it, which must be in lower case, and those
  /// about somebody whose has. Whom entries name is kept once each beside them, so that a text that
  /// hardly anybody has is found among a million entries.
  ///
  /// @param before the number that all of them are below
  @Query(
      """
      with words as materialized (
        select word from stabbur_control.operator_log_words where position(:text in lower(word)) > 0),
      found as (
        select entry.id from words cross join lateral (
          select id from stabbur_control.operator_log where operator = word and id < :before order by operator, id desc limit :most) entry
        union
        select entry.id from words cross join lateral (
          select id from stabbur_control.operator_log where subject = word and id < :before order by subject, id desc limit :most) entry)
      select * from stabbur_control.operator_log
      where id in (select id from found order by id desc limit :most)
      order by id desc\
      """)
  List<OperatorLogEntry> search(String text, long before, int most);

  /// The same among the last entries before a number alone, which is fast for a text that many
  /// have.
  @Query(
      """
      select * from stabbur_control.operator_log
      where id < :before and id >= least(:before, (select max(id) + 1 from stabbur_control.operator_log)) - :last
        and (position(:text in lower(operator)) > 0 or position(:text in lower(subject)) > 0)
      order by id desc limit :most\
      """)
  List<OperatorLogEntry> searchLast(long last, String text, long before, int most);

  @Query("delete from stabbur_control.operator_log where at < :before")
  int expire(Instant before);
}
