package io.stabbur.functions;

import io.stabbur.functions.deploy.Bundle;
import io.stabbur.functions.deploy.Deployments;
import io.stabbur.functions.deploy.FunctionName;
import io.stabbur.functions.deploy.FunctionRow;
import io.stabbur.functions.deploy.FunctionRows;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.functions.log.LogRows;
import io.stabbur.functions.log.LogSearch;
import io.stabbur.functions.manage.Deployer;
import io.stabbur.functions.secret.ProjectSecrets;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What management APIs do with a project's functions. Errors are [FunctionError]s: `Rejected` says
/// what is wrong with a request, `Unknown` what there is not.
@Singleton
public final class Functions {
  private final Deployer deployer;
  private final Deployments deployments;
  private final ProjectSecrets secrets;

  Functions(Deployer deployer, Deployments deployments, ProjectSecrets secrets) {
    this.deployer = deployer;
    this.deployments = deployments;
    this.secrets = secrets;
  }

  /// A function, and one of its versions: the one in use unless versions are listed.
  ///
  /// @param version 0 where none is in use
  /// @param importMap path of its `deno.json` or import map
  /// @param sha256 of the version's files
  public record Described(
      String id,
      String slug,
      String name,
      int version,
      boolean verifyJwt,
      @Nullable String entrypoint,
      @Nullable String importMap,
      @Nullable String sha256,
      @Nullable String denoVersion,
      Instant createdAt,
      Instant updatedAt) {
    static Described of(FunctionRow row) {
      var version = Optional.ofNullable(row.version());
      return new Described(
          row.id().toString(),
          row.slug().text(),
          row.name(),
          version.map(FunctionRow.VersionRow::number).orElse(0),
          row.verifyJwt(),
          version.map(FunctionRow.VersionRow::entrypoint).orElse(null),
          version.map(FunctionRow.VersionRow::importMap).orElse(null),
          version.map(FunctionRow.VersionRow::sha256).orElse(null),
          version.map(FunctionRow.VersionRow::denoVersion).orElse(null),
          row.createdAt(),
          row.updatedAt());
    }
  }

  /// What a deployment consists of, as a client names it: see [Bundle#of].
  ///
  /// @param files bytes by the client's path
  /// @param verifyJwt absent keeps what holds; a new function asks for a token
  public record NewCode(
      Map<String, byte[]> files,
      String entrypoint,
      @Nullable String importMap,
      List<String> staticPatterns,
      @Nullable String name,
      @Nullable Boolean verifyJwt) {}

  /// A version that is to be used from now on.
  ///
  /// @param verifyJwt absent keeps what holds
  public record Activation(String slug, int version, @Nullable Boolean verifyJwt) {}

  /// When a new version is used.
  public enum Use {
    AT_ONCE,
    /// When [#activate] says so.
    LATER
  }

  /// A line of the log.
  ///
  /// @param id later lines have higher ones
  public record Line(
      long id,
      Instant at,
      String version,
      String level,
      @Nullable String execution,
      String message) {}

  /// A secret: never its value.
  public record SecretDigest(String name, String digest, Instant updatedAt) {}

  public List<Described> list(Project project) {
    return deployments.deployed(project).all().stream().map(Described::of).toList();
  }

  public Described get(Project project, String slug) {
    return Described.of(deployer.current(project, name(slug)));
  }

  /// All versions of a function, the newest first.
  public List<Described> versions(Project project, String slug) {
    var name = name(slug);
    var _ = deployer.current(project, name);
    return new FunctionRows(project).versions(name).stream().map(Described::of).toList();
  }

  /// Adds a version: fetches what it imports, starts it once, and stores it. Nothing changes where
  /// any of that fails. Takes seconds; one at a time.
  public Described deploy(Project project, String slug, NewCode code, Use use) {
    var name = valid(slug);
    var bundle =
        Bundle.of(code.files(), code.entrypoint(), code.importMap(), code.staticPatterns());
    int number =
        deployer.deploy(
            project,
            new Deployer.Request(
                name,
                code.name() == null ? slug : code.name(),
                code.verifyJwt(),
                bundle,
                switch (use) {
                  case AT_ONCE -> FunctionRows.Activation.AT_ONCE;
                  case LATER -> FunctionRows.Activation.LATER;
                }));
    return versions(project, slug).stream()
        .filter(each -> each.version() == number)
        .findFirst()
        .orElseThrow();
  }

  /// Uses a version from now on.
  ///
  /// @param verifyJwt absent keeps what holds
  public Described activate(
      Project project, String slug, int version, @Nullable Boolean verifyJwt) {
    return activate(project, List.of(new Activation(slug, version, verifyJwt))).getFirst();
  }

  /// Uses versions of several functions from now on, all or none.
  public List<Described> activate(Project project, List<Activation> wanted) {
    new FunctionRows(project)
        .activate(
            wanted.stream()
                .map(
                    each ->
                        new FunctionRows.InUse(name(each.slug()), each.version(), each.verifyJwt()))
                .toList());
    deployments.deployed(project).refresh();
    return wanted.stream().map(each -> get(project, each.slug())).toList();
  }

  /// Uses an earlier version again.
  ///
  /// @param version absent means the one before the version in use
  public Described rollback(Project project, String slug, @Nullable Integer version) {
    var _ = deployer.rollback(project, name(slug), version);
    return get(project, slug);
  }

  /// Removes a function with all its versions.
  public void delete(Project project, String slug) {
    deployer.delete(project, name(slug));
  }

  /// The files of the version in use, by path.
  public Map<String, byte[]> download(Project project, String slug) {
    return deployer.files(project, name(slug));
  }

  /// The folder whose functions are served without a deployment, if there is one.
  public Optional<String> folder(Project project) {
    return deployments.folder(project).map(folder -> folder.folder().toString());
  }

  /// The newest lines of a function's log after a line, the oldest of them first.
  ///
  /// @param slug absent means all functions
  /// @param after number of the last line that is known; 0 for none
  public List<Line> logs(Project project, @Nullable String slug, long after, int most) {
    return new LogRows(project)
        .read(slug == null ? null : valid(slug).text(), after, most).stream()
            .map(Functions::line)
            .toList();
  }

  private static Line line(LogRows.Stored stored) {
    return new Line(
        stored.id(),
        stored.line().at(),
        stored.line().version(),
        stored.line().level(),
        stored.line().execution(),
        text(stored.line()));
  }

  private static String text(io.stabbur.functions.log.LogLine line) {
    var request = line.request();
    return request == null
        ? line.message()
        : "%s %d %d ms%s%s"
            .formatted(
                request.method(),
                request.status(),
                request.millis(),
                request.requests() == 1 ? "" : " on average, " + request.requests() + " calls",
                request.error() == null ? "" : " " + request.error());
  }

  /// What is looked for in the log.
  ///
  /// @param kinds what functions wrote, their requests, or both
  /// @param function "" means all
  /// @param levels none means all
  /// @param text a part of the message, in whatever case
  /// @param most how many of the newest ones
  public record LogQuery(
      Instant from,
      Instant to,
      Set<LineKind> kinds,
      String function,
      Set<String> levels,
      String text,
      int most) {}

  /// Kinds of lines of the log.
  public enum LineKind {
    /// What a function wrote.
    WRITTEN,
    /// The end of a request.
    REQUEST
  }

  /// A line that was found.
  ///
  /// @param status of a request; 0 where a function wrote the line
  public record FoundLine(String function, int status, Line line) {}

  /// The newest lines that were looked for, the newest first.
  public List<FoundLine> search(Project project, LogQuery query) {
    return new LogRows(project)
        .search(asked(query)).stream()
            .map(
                stored -> {
                  var request = stored.line().request();
                  return new FoundLine(
                      stored.line().function(),
                      request == null ? 0 : request.status(),
                      line(stored));
                })
            .toList();
  }

  private static LogSearch asked(LogQuery query) {
    var kinds =
        query.kinds().stream()
            .map(
                kind ->
                    switch (kind) {
                      case WRITTEN -> LogSearch.Kind.LINE;
                      case REQUEST -> LogSearch.Kind.REQUEST;
                    })
            .collect(Collectors.toSet());
    return new LogSearch(
        query.from(),
        query.to(),
        kinds,
        query.function(),
        query.levels(),
        query.text(),
        query.most());
  }

  public List<SecretDigest> secrets(Project project) {
    return secrets.of(project).list().stream()
        .map(each -> new SecretDigest(each.name(), each.digest(), each.updatedAt()))
        .toList();
  }

  /// Sets secrets, all or none; running functions get them at once.
  public void setSecrets(Project project, Map<String, String> values) {
    secrets.of(project).set(values);
  }

  public void unsetSecrets(Project project, List<String> names) {
    secrets.of(project).unset(names);
  }

  private static FunctionName name(String slug) {
    return FunctionName.parse(slug)
        .orElseThrow(() -> new ApiException(new FunctionError.Unknown("Function")));
  }

  private static FunctionName valid(String slug) {
    return FunctionName.parse(slug)
        .orElseThrow(
            () ->
                new ApiException(
                    new FunctionError.Rejected(
                        "A function's name has a letter and then letters, digits, _ and -, at most"
                            + " 48 in all")));
  }
}
