package io.stabbur.control.operator;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// The invitations that nobody has accepted.
@JdbcRepository(dataSource = "control", dialect = Dialect.POSTGRES)
interface Invitations extends GenericRepository<Invitation, String> {
  Optional<Invitation> findByHash(String hash);

  Invitation save(Invitation invitation);

  @Query("delete from stabbur_control.operator_invitations where operator = :operator")
  int withdraw(UUID operator);

  @Query("delete from stabbur_control.operator_invitations where operator is null")
  int withdrawFirst();

  /// Uses an invitation up; nothing where it does not hold.
  @Query(
      "delete from stabbur_control.operator_invitations where hash = :hash and expires_at > :now")
  int use(String hash, Instant now);

  @Query("delete from stabbur_control.operator_invitations where expires_at < :before")
  int expire(Instant before);
}
