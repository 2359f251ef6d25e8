package io.stabbur.management.token;

import io.stabbur.management.settings.ManagementSettings;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What holders of access tokens changed, or asked for that is secret: written before it is done,
/// and its outcome afterwards.
@Singleton
public final class ManagementLog implements RoomChores {
  private static final Duration UPKEEP = Duration.ofHours(6);
  private static final Actor OWNER = Actor.of("postgres");

  private final ManagementSettings settings;

  ManagementLog(ManagementSettings settings) {
    this.settings = settings;
  }

  /// An entry.
  ///
  /// @param status of the answer; absent while it is under way
  public record Entry(OffsetDateTime at, String token, String action, @Nullable Integer status) {}

  /// Writes down what is about to be done.
  ///
  /// @return the number of the entry
  public long begin(Project project, UUID token, String action) {
    return project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx ->
                tx.first(
                    Statement.of(
                        "insert into stabbur.management_log (token, action) values (?, ?) returning"
                            + " id",
                        token,
                        action),
                    row -> row.getLong(1)))
        .orElseThrow();
  }

  /// Writes down how it ended.
  public void end(Project project, long entry, int status) {
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        "update stabbur.management_log set status = ? where id = ?",
                        status,
                        entry)));
  }

  /// The newest entries, the newest first.
  public List<Entry> newest(Project project, int most) {
    return project
        .admin()
        .transaction(
            OWNER,
            Access.READ,
            tx ->
                tx.list(
                    Statement.of(
                        """
                        select l.at, t.name, l.action, l.status from stabbur.management_log l
                        join stabbur.access_tokens t on t.id = l.token order by l.id desc limit ?\
                        """,
                        most),
                    row ->
                        new Entry(
                            row.getObject(1, OffsetDateTime.class),
                            row.getString(2),
                            row.getString(3),
                            row.getObject(4, Integer.class))));
  }

  @Override
  public List<Chore> chores(Project project) {
    return project.settings().prepare()
        ? List.of(Chore.every(UPKEEP, "management-log", () -> drop(project)).byOneAtATime())
        : List.of();
  }

  private void drop(Project project) {
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        "delete from stabbur.management_log where at < ?",
                        OffsetDateTime.now(ZoneOffset.UTC).minus(settings.logAge()))));
  }
}
