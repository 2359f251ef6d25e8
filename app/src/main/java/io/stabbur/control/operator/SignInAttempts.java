package io.stabbur.control.operator;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.Optional;

/// Sign-ins counted by what they are limited by, in one place for all processes.
@JdbcRepository(dataSource = "control", dialect = Dialect.POSTGRES)
interface SignInAttempts extends GenericRepository<SignInAttempt, String> {
  /// Counts a try before it is judged, so that tries at the same time count too. What was counted
  /// before `earliest` counts no more.
  @Query(
      """
      insert into stabbur_control.sign_in_attempts as known (subject, tries, since)
      values (:subject, 1, :now)
      on conflict (subject) do update set
        tries = case when known.since < :earliest then 1 else known.tries + 1 end,
        since = case when known.since < :earliest then :now else known.since end\
      """)
  int count(String subject, Instant now, Instant earliest);

  Optional<SignInAttempt> findBySubject(String subject);

  /// Takes back a try that succeeded.
  @Query(
      """
      update stabbur_control.sign_in_attempts set tries = greatest(tries - 1, 0)
      where subject = :subject\
      """)
  int takeBack(String subject);

  @Query("delete from stabbur_control.sign_in_attempts where since < :before")
  int expire(Instant before);
}
