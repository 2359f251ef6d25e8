package io.stabbur.control.project;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The projects that were added at run time.
@JdbcRepository(dataSource = "control", dialect = Dialect.POSTGRES)
interface ProjectRows extends GenericRepository<ProjectRow, String> {
  List<ProjectRow> findAllOrderByName();

  Optional<ProjectRow> findByName(String name);

  ProjectRow save(ProjectRow row);

  @Query(
      """
      update stabbur_control.projects set settings = :settings, stays_open = :staysOpen,
        changed_at = :now
      where name = :name\
      """)
  int change(String name, String settings, boolean staysOpen, Instant now);

  @Query(
      """
      update stabbur_control.projects set suspended = :suspended, changed_at = :now
      where name = :name\
      """)
  int suspend(String name, boolean suspended, Instant now);

  /// Writes key files, unless another process has written others since they were read.
  @Query(
      """
      update stabbur_control.projects set files = :after, changed_at = :now
      where name = :name and files = :before\
      """)
  int changeFiles(String name, String before, String after, Instant now);

  @Query("delete from stabbur_control.projects where name = :name")
  int remove(String name);
}
