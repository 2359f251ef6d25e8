package io.stabbur.functions.database;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/// Seals the secrets of schema `vault` anew after a rotation of the project's root keys. All else
/// is done by the functions of that schema.
@Singleton
final class Vault implements RoomChores {
  private static final Duration EVERY = Duration.ofMinutes(10);
  private static final Actor OWNER = Actor.of("postgres");
  private static final Statement IS_OURS =
      Statement.of("select to_regprocedure('vault._reseal()') is not null");
  private static final Statement RESEAL = Statement.of("select vault._reseal()");

  @Override
  public List<Chore> chores(Project project) {
    return project.settings().prepare() && project.settings().isEmbedded()
        ? List.of(Chore.every(EVERY, "vault", () -> reseal(project)).byOneAtATime())
        : List.of();
  }

  private static void reseal(Project project) {
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx ->
                tx.first(IS_OURS, row -> row.getBoolean(1)).orElse(false)
                    && tx.first(RESEAL, row -> row.getLong(1)).orElse(0L) > 0);
  }
}
