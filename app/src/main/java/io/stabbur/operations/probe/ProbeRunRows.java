package io.stabbur.operations.probe;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.Optional;

/// Trials in the control database, so that every process shows how they stand. One that was taken
/// for dead changes nothing of the one that was begun after it.
@JdbcRepository(dataSource = "control", dialect = Dialect.POSTGRES)
interface ProbeRunRows extends GenericRepository<ProbeRun, String> {
  Optional<ProbeRun> findByProject(String project);

  /// Begins one; nothing where one runs that came further after `alive`.
  @Query(
      """
      insert into stabbur_control.isolation_probes as known (project, begun_at, begun_by, beat_at)
      values (:project, :now, :operator, :now)
      on conflict (project) do update set begun_at = :now, begun_by = :operator, beat_at = :now,
        done = 0, things = 0, runs = true, failure = ''
      where not known.runs or known.beat_at < :alive\
      """)
  int begin(String project, String operator, Instant now, Instant alive);

  @Query(
      """
      update stabbur_control.isolation_probes set beat_at = :now, done = :done, things = :things
      where project = :project and begun_at = :begun and runs\
      """)
  int beat(String project, Instant begun, Instant now, int done, int things);

  @Query(
      """
      update stabbur_control.isolation_probes set runs = false, result_at = :now, result = :result
      where project = :project and begun_at = :begun\
      """)
  int end(String project, Instant begun, Instant now, String result);

  @Query(
      """
      update stabbur_control.isolation_probes set runs = false, failure = :failure
      where project = :project and begun_at = :begun\
      """)
  int fail(String project, Instant begun, String failure);
}
