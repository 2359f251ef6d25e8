package io.stabbur.moving.organization;

import io.micronaut.context.BeanProvider;
import io.micronaut.runtime.server.EmbeddedServer;
import io.stabbur.moving.OrganizationFiles;
import io.stabbur.moving.Progress;
import io.stabbur.moving.StorageApi;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/// Moves one organization into another project from within the server: the steps of `stabbur org
/// move-out`. Files go through this process' own Storage APIs.
@Singleton
public final class OrganizationMoves {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String FILES =
      """
      select count(*), coalesce(sum(case when metadata ->> 'size' ~ '^[0-9]{1,18}$'
        then (metadata ->> 'size')::bigint end), 0)::bigint
      from storage.objects where name = ? or name like ?\
      """;

  private final OrganizationMove move;
  private final BeanProvider<EmbeddedServer> server;

  OrganizationMoves(OrganizationMove move, BeanProvider<EmbeddedServer> server) {
    this.move = move;
    this.server = server;
  }

  /// What would come over.
  ///
  /// @param accounts that the other project does not have yet
  /// @param staying members who keep their account here, too
  /// @param isThere whether the other project has the organization already
  /// @param rows by table; tables without any are left out
  /// @param leftOut tables that are not touched, and why
  public record Plan(
      int accounts,
      int staying,
      boolean isThere,
      Map<String, Long> rows,
      Map<String, String> leftOut,
      long files,
      long fileBytes) {
    public Plan {
      rows = Map.copyOf(rows);
      leftOut = Map.copyOf(leftOut);
    }
  }

  /// What was moved.
  ///
  /// @param rows that were removed here
  /// @param accounts that were removed here
  /// @param kept accounts that stay here because rows of others refer to them
  public record Moved(long rows, int accounts, int kept) {}

  /// What a move would do; nothing is changed.
  ///
  /// @throws ApiException refused where it cannot be done
  public Plan plan(Project from, Project to, UUID organization) {
    var tried = move.copy(from, to, organization, OrganizationMove.Step.TRY);
    var rows = new TreeMap<String, Long>();
    tried.rows().tables().stream()
        .filter(each -> each.added() > 0)
        .forEach(each -> rows.put(each.table(), each.added()));
    var files =
        from.admin()
            .transaction(
                Actor.of(from.admin().login().user()),
                Access.READ,
                tx ->
                    tx.first(
                            Statement.of(FILES, organization.toString(), organization + "/%"),
                            row -> Map.entry(row.getLong(1), row.getLong(2)))
                        .orElse(Map.entry(0L, 0L)));
    return new Plan(
        tried.came().size(),
        tried.staying().size(),
        tried.wasThere(),
        rows,
        tried.rows().leftOut(),
        files.getKey(),
        files.getValue());
  }

  /// Copies, compares and removes it here. What was interrupted goes on.
  ///
  /// @param isAgain whether what the other project has of it already becomes what it is here
  /// @param progress told of each step: `rows`, `files`, `compare files` and `remove`
  /// @throws ApiException refused where it cannot be done; then nothing was removed here
  public Moved run(
      Project from, Project to, UUID organization, boolean isAgain, Progress progress) {
    progress.at("rows", "", "");
    var step = isAgain ? OrganizationMove.Step.AGAIN : OrganizationMove.Step.COPY;
    var copied = move.copy(from, to, organization, step);
    moveFiles(from, to, organization, !isAgain && copied.wasThere(), progress);
    progress.at("remove", "", "");
    var removed = move.remove(from, to, organization);
    long rows = removed.rows().values().stream().mapToLong(Long::longValue).sum();
    return new Moved(rows, removed.accounts(), removed.kept());
  }

  private void moveFiles(
      Project from, Project to, UUID organization, boolean isGoingOn, Progress progress) {
    try (var source = storage(from);
        var target = storage(to)) {
      var lost =
          new OrganizationFiles(organization.toString(), progress)
              .run(from.admin().login(), to.admin().login(), source, target, isGoingOn);
      if (!lost.isEmpty()) {
        throw refused("%d files could not be moved, so nothing was removed".formatted(lost.size()));
      }
    } catch (StartFailure e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  private static ApiException refused(String reason) {
    return new ApiException(new Refused(409, "move_refused", reason));
  }

  /// The Storage API of a project in this process, found by the project's host where it has one.
  private StorageApi storage(Project project) {
    var running = server.get();
    var wildcards = Set.of("0.0.0.0", "localhost", "::", "[::]");
    var host = wildcards.contains(running.getHost()) ? LOOPBACK : running.getHost();
    var key = project.keys().serviceRoleKey();
    var own = project.settings().hosts().stream().findFirst();
    return own.isPresent()
        ? StorageApi.at(new InetSocketAddress(host, running.getPort()), own.get(), key)
        : new StorageApi("http://%s:%d".formatted(host, running.getPort()), key);
  }
}
