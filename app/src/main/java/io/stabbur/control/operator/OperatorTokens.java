package io.stabbur.control.operator;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The tokens of operators.
@JdbcRepository(dataSource = "control", dialect = Dialect.POSTGRES)
public interface OperatorTokens extends GenericRepository<OperatorToken, UUID> {
  Optional<OperatorToken> findByHash(String hash);

  List<OperatorToken> findByOperatorOrderByCreatedAt(UUID operator);

  OperatorToken save(OperatorToken token);

  @Query("delete from stabbur_control.operator_tokens where id = :id and operator = :operator")
  int revoke(UUID id, UUID operator);

  @Query("delete from stabbur_control.operator_tokens where operator = :operator")
  int revokeAll(UUID operator);

  @Query(
      """
      update stabbur_control.operator_tokens set last_used_at = :now
      where id = :id and (last_used_at is null or last_used_at < :before)\
      """)
  int use(UUID id, Instant now, Instant before);

  @Query("delete from stabbur_control.operator_tokens where expires_at < :before")
  int expire(Instant before);
}
