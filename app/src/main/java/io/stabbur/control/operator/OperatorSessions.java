package io.stabbur.control.operator;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// The sessions of operators.
@JdbcRepository(dataSource = "control", dialect = Dialect.POSTGRES)
interface OperatorSessions extends GenericRepository<OperatorSession, UUID> {
  Optional<OperatorSession> findById(UUID id);

  OperatorSession save(OperatorSession session);

  @Query("delete from stabbur_control.operator_sessions where id = :id")
  int end(UUID id);

  @Query("delete from stabbur_control.operator_sessions where operator = :operator")
  int endAll(UUID operator);

  @Query(
      "delete from stabbur_control.operator_sessions where operator = :operator and id <> :session")
  int endOthers(UUID operator, UUID session);

  @Query("delete from stabbur_control.operator_sessions where expires_at < :before")
  int expire(Instant before);
}
