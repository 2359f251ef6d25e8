package io.stabbur.control.project;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The projects that were added at run time.
@JdbcRepository(dataSource = "control", dialect = Dialect.POSTGRES)
interface ProjectRows extends GenericRepository<ProjectRow, String> {
  List<ProjectRow> findAllOrderByName();

  /// Names alone: rows have keys and settings.
  @Query("select name, suspended from stabbur_control.projects order by name")
  List<ProjectName> names();

  Optional<ProjectRow> findByName(String name);

  ProjectRow save(ProjectRow row);

  /// Changes settings, unless they were changed since they were read or writes wait for a change
  /// over.
  @Query(
      """
      update stabbur_control.projects set settings = :settings, stays_open = :staysOpen,
        changed_at = :now
      where name = :name and settings = :before and (held_until is null or held_until <= :now)\
      """)
  int change(String name, String before, String settings, boolean staysOpen, Instant now);

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

  /// Has writes wait until then, or no longer.
  @Query("update stabbur_control.projects set held_until = :until where name = :name")
  int hold(String name, @Nullable Instant until);

  /// Switches to another database, if writes still wait and nobody has changed the settings.
  @Query(
      """
      update stabbur_control.projects set settings = :after, moved_from = :movedFrom,
        moves = moves + 1,
        held_until = null, changed_at = :now
      where name = :name and settings = :before and held_until > :now\
      """)
  int move(String name, String before, String after, @Nullable String movedFrom, Instant now);

  /// Forgets the database that a project was moved from.
  @Query("update stabbur_control.projects set moved_from = null where name = :name")
  int letGo(String name);

  @Query("delete from stabbur_control.projects where name = :name")
  int remove(String name);
}
