package io.stabbur.control.operator;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The accounts of operators.
@JdbcRepository(dataSource = "control", dialect = Dialect.POSTGRES)
public interface Operators extends GenericRepository<Operator, UUID> {
  Optional<Operator> findById(UUID id);

  Optional<Operator> findByEmail(String email);

  List<Operator> findAllOrderByEmail();

  long count();

  Operator save(Operator operator);

  /// Waits until nobody else ends an owner; then nobody else does until this transaction ends.
  @Query("select pg_advisory_xact_lock(hashtext('stabbur owners'))::text")
  String takeTurn();

  /// Removes an operator, unless that is the last owner who can sign in.
  @Query(
      """
      delete from stabbur_control.operators where id = :id and (role <> 'OWNER' or exists (
        select from stabbur_control.operators other
        where other.role = 'OWNER' and other.id <> :id and other.password is not null))\
      """)
  int remove(UUID id);

  /// Gives another role, unless that takes the last owner who can sign in.
  @Query(
      """
      update stabbur_control.operators set role = :role
      where id = :id and (role <> 'OWNER' or :role = 'OWNER' or exists (
        select from stabbur_control.operators other
        where other.role = 'OWNER' and other.id <> :id and other.password is not null))\
      """)
  int changeRole(UUID id, Role role);

  @Query("update stabbur_control.operators set password = :password where id = :id")
  int changePassword(UUID id, String password);

  @Query("update stabbur_control.operators set pending_factor = :secret where id = :id")
  int beginFactor(UUID id, String secret);

  /// Makes the pending factor the one that counts.
  @Query(
      """
      update stabbur_control.operators set factor = :secret, pending_factor = null,
        factor_step = :step, factor_at = :now
      where id = :id and pending_factor = :secret and factor is null\
      """)
  int confirmFactor(UUID id, String secret, long step, Instant now);

  @Query(
      """
      update stabbur_control.operators set factor = null, pending_factor = null, factor_step = 0,
        factor_at = null
      where id = :id\
      """)
  int resetFactor(UUID id);

  /// Notes a sign-in; nothing where the code was used before.
  @Query(
      """
      update stabbur_control.operators set last_sign_in_at = :now,
        factor_step = greatest(factor_step, :step)
      where id = :id and (factor is null or factor_step < :step)\
      """)
  int signIn(UUID id, long step, Instant now);

  /// Notes that a code was used; nothing where it was used before.
  @Query(
      """
      update stabbur_control.operators set factor_step = :step
      where id = :id and factor is not null and factor_step < :step\
      """)
  int useCode(UUID id, long step);
}
