package io.stabbur.control.operator;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What waits for a second operator.
@JdbcRepository(dataSource = "control", dialect = Dialect.POSTGRES)
interface Approvals extends GenericRepository<Approval, Long> {
  Optional<Approval> findByProjectAndActAndSubject(String project, String act, String subject);

  List<Approval> findByProjectAndActOrderByAskedAt(String project, String act);

  @Query(
      """
      insert into stabbur_control.approvals (project, act, subject, operator, operator_name, asked_at)
      values (:project, :act, :subject, :operator, :operatorName, :askedAt)
      on conflict (project, act, subject) do nothing\
      """)
  int add(
      String project,
      String act,
      String subject,
      UUID operator,
      String operatorName,
      Instant askedAt);

  /// Takes what another operator asked for, once.
  @Query(
      """
      delete from stabbur_control.approvals
      where project = :project and act = :act and subject = :subject and operator <> :operator\
      """)
  int take(String project, String act, String subject, UUID operator);

  @Query(
      """
      delete from stabbur_control.approvals
      where project = :project and act = :act and subject = :subject and operator = :operator\
      """)
  int withdraw(String project, String act, String subject, UUID operator);

  @Query("delete from stabbur_control.approvals where asked_at < :before")
  int expire(Instant before);
}
