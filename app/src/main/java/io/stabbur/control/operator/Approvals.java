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

  /// Notes who asks, in the place of somebody who may no longer act; who asks again does so from
  /// now on.
  ///
  /// @param isOfOwners whether owners alone may act
  @Query(
      """
      insert into stabbur_control.approvals as known
        (project, act, subject, operator, operator_name, asked_at)
      values (:project, :act, :subject, :operator, :operatorName, :askedAt)
      on conflict (project, act, subject) do update set
        operator = excluded.operator, operator_name = excluded.operator_name,
        asked_at = excluded.asked_at
      where known.operator = excluded.operator or not exists (
        select from stabbur_control.operators asker
        where asker.id = known.operator
          and (asker.role = 'OWNER' or asker.role = 'OPERATOR' and not :isOfOwners))\
      """)
  int add(
      String project,
      String act,
      String subject,
      UUID operator,
      String operatorName,
      Instant askedAt,
      boolean isOfOwners);

  /// Whether another operator, who may still act, asked for it when this one existed and had the
  /// present second factor.
  ///
  /// @param isOfOwners whether owners alone may act
  @Query(
      """
      select exists (
        select from stabbur_control.approvals known
        join stabbur_control.operators asker on asker.id = known.operator
          and asker.id <> :operator
          and (asker.role = 'OWNER' or asker.role = 'OPERATOR' and not :isOfOwners)
        join stabbur_control.operators agreeing on agreeing.id = :operator
          and agreeing.created_at < known.asked_at and coalesce(agreeing.factor_at, agreeing.created_at) < known.asked_at
        where known.project = :project and known.act = :act and known.subject = :subject)\
      """)
  boolean isAgreed(String project, String act, String subject, UUID operator, boolean isOfOwners);

  @Query(
      """
      delete from stabbur_control.approvals
      where project = :project and act = :act and subject = :subject\
      """)
  int remove(String project, String act, String subject);

  @Query("delete from stabbur_control.approvals where operator = :operator")
  int withdrawAll(UUID operator);

  @Query(
      """
      delete from stabbur_control.approvals
      where project = :project and act = :act and subject = :subject and operator = :operator\
      """)
  int withdraw(String project, String act, String subject, UUID operator);

  @Query("delete from stabbur_control.approvals where asked_at < :before")
  int expire(Instant before);
}
