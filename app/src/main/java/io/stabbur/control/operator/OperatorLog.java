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

  /// Notes whom or what an entry is about.
  @Query(
      """
      update stabbur_control.operator_log set project = :project, subject = :subject where id = :id\
      """)
  int about(long id, @Nullable String project, String subject);

  /// Puts another subject in the place of one that is to be forgotten, however it was typed.
  @Query(
      """
      update stabbur_control.operator_log set subject = :replacement
      where project = :project and lower(subject) = lower(:subject)\
      """)
  int rename(String project, String subject, String replacement);

  /// Those of operators whose address has a text in it, which must be in lower case, and those
  /// about somebody whose has.
  @Query(
      """
      select * from stabbur_control.operator_log
      where position(:text in lower(operator)) > 0 or position(:text in lower(subject)) > 0
      order by id desc limit :most\
      """)
  List<OperatorLogEntry> search(String text, int most);

  @Query("delete from stabbur_control.operator_log where at < :before")
  int expire(Instant before);
}
