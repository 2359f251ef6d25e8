package io.stabbur.control.project;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.control.ControlError;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.file.Trees;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.DeclaredProject;
import io.stabbur.project.KeyFolder;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectSettings;
import io.stabbur.project.Projects;
import io.stabbur.project.SettingsForm;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Adds, changes and removes projects at run time. A project is written down after it was opened
/// once, so what is wrong with it is told at once and changes nothing.
@Singleton
public final class ProjectDesk {
  private static final Logger LOG = LoggerFactory.getLogger(ProjectDesk.class);
  private static final String SETTINGS = "project_settings";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,38}[a-z0-9]");
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*+");

  /// How long writes wait at most while a database is moved.
  public static final Duration HELD = Duration.ofSeconds(20);

  /// The settings that lead to a database; other servers have other replicas and poolers.
  private static final List<String> WAY =
      List.of(
          "database-url",
          "admin-user",
          "admin-password",
          "api-password",
          "pooler-url",
          "read-urls");

  private final ProjectRows rows;
  private final Projects projects;
  private final SharedKeys keys;
  private final Clock clock;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean isBehind;

  ProjectDesk(ProjectRows rows, Projects projects, SharedKeys keys, Clock clock) {
    this.rows = rows;
    this.projects = projects;
    this.keys = keys;
    this.clock = clock;
  }

  public List<ProjectRow> list() {
    return rows.findAllOrderByName();
  }

  /// The names of all, in their order.
  public List<ProjectName> names() {
    return rows.names();
  }

  public ProjectRow find(String name) {
    return rows.findByName(name).orElseThrow(() -> missing(name));
  }

  /// Adds a project.
  ///
  /// @param given settings under the names of `config/stabbur.yml`
  public ProjectRow add(String name, Map<String, String> given, boolean staysOpen) {
    return add(name, given, staysOpen, this::requireKnownKeys);
  }

  /// Adds a project whose folder is filled first, such as from a backup. Where that fails, or the
  /// project does not open, the folder is deleted; never that of a project that is written down.
  ///
  /// @param fill fills the folder, which is not there when it begins
  /// @throws ApiException refused before anything is done where the name or a host is taken, or the
  ///   folder of an earlier project of this name is there
  public ProjectRow addFilled(String name, Map<String, String> given, Consumer<Path> fill) {
    var isBegun = new AtomicBoolean();
    try {
      return add(
          name,
          given,
          false,
          _ -> {
            requireNoFolder(name);
            isBegun.set(true);
            fill.accept(projects.folder(name));
          });
    } catch (RuntimeException e) {
      if (isBegun.get()) {
        undo(name, e);
      }
      throw e;
    }
  }

  /// Deletes the folder of a project that was not added; refused where it may have been.
  private void undo(String name, RuntimeException failure) {
    if (isKnownMissing(name)) {
      deleteFolder(name);
      return;
    }
    LOG.warn("Adding project {} failed, but it may be there; its folder is kept", name, failure);
    throw new ApiException(
        new Refused(
            503,
            "project_unknown",
            "Something failed as the project %s was added; look whether it is there"
                .formatted(name)));
  }

  private boolean isKnownMissing(String name) {
    try {
      return rows.findByName(name).isEmpty();
    } catch (RuntimeException e) {
      LOG.warn("Whether project {} was added is not known", name, e);
      return false;
    }
  }

  private void requireNoFolder(String name) {
    if (Files.exists(projects.folder(name))) {
      throw ControlError.refused(
          "project_folder",
          "There was a project of this name, whose data is still there; choose another name");
    }
  }

  /// A folder of an earlier project of this name keeps its keys: what they seal stays readable. To
  /// another database they would admit whoever had them before.
  private void requireKnownKeys(ProjectSettings settings) {
    var _ =
        opened(
            () -> {
              boolean areOfEarlier = keys.areOfEarlier(settings.name());
              if (areOfEarlier) {
                projects.requireKnownKeys(settings);
              }
              return areOfEarlier;
            });
  }

  private void deleteFolder(String name) {
    try {
      Trees.delete(projects.folder(name));
    } catch (IOException e) {
      LOG.warn("The folder of project {}, which was not added, is not deleted", name, e);
    }
  }

  private ProjectRow add(
      String name,
      Map<String, String> given,
      boolean staysOpen,
      Consumer<ProjectSettings> prepare) {
    requireName(name);
    if (!underWay.add(name)) {
      throw ControlError.refused("project_under_way", "The project " + name + " is being added");
    }
    try {
      return open(name, given, staysOpen, prepare);
    } finally {
      underWay.remove(name);
    }
  }

  /// Others are added and changed meanwhile: its database may not answer.
  private ProjectRow open(
      String name,
      Map<String, String> given,
      boolean staysOpen,
      Consumer<ProjectSettings> prepare) {
    if (rows.findByName(name).isPresent()) {
      throw ControlError.refused("project_exists", "There is a project " + name + " already");
    }
    var settings = settings(name, given);
    requireUnclaimed(settings);
    prepare.accept(settings);
    var files = new HashMap<String, String>();
    KeyFolder.generate(List.of(name))
        .forEach((file, text) -> files.put(file.substring(name.length() + 1), text));
    var declared = new DeclaredProject(settings, files, false, staysOpen, Duration.ZERO, 0);
    var ref = tryOut(declared);
    var now = clock.instant();
    var kept = text(keys.here(name));
    var row =
        new ProjectRow(name, ref, text(given), kept, false, staysOpen, now, now, null, null, 0);
    var saved = save(row, settings);
    keys.added(name);
    return saved;
  }

  private synchronized ProjectRow save(ProjectRow row, ProjectSettings settings) {
    requireUnclaimed(settings);
    var saved = rows.save(row);
    try {
      refresh();
    } catch (RuntimeException e) {
      LOG.warn("Project {} was added and is not served yet; that is retried", row.name(), e);
    }
    return saved;
  }

  /// Changes settings.
  ///
  /// @param changes a setting without a value gets its default
  /// @param staysOpen as it is when absent
  public synchronized ProjectRow change(
      String name, Map<String, @Nullable String> changes, @Nullable Boolean staysOpen) {
    var row = find(name);
    var given = given(row);
    if (changes.containsKey("database-url")
        && (changes.get("database-url") == null) != (given.get("database-url") == null)) {
      throw ControlError.refused(
          SETTINGS,
          "A project keeps its database: an embedded one gets no database-url, and another keeps"
              + " one");
    }
    changes.forEach(
        (setting, value) -> {
          if (value == null) {
            given.remove(setting);
          } else {
            given.put(setting, value);
          }
        });
    var settings = settings(name, given);
    requireUnclaimed(settings);
    boolean stays = staysOpen == null ? row.staysOpen() : staysOpen;
    if (rows.change(name, row.settings(), text(given), stays, clock.instant()) == 0) {
      throw new ApiException(
          new Refused(
              409,
              "conflict",
              "The settings were changed meanwhile, or the project's database is being moved; try"
                  + " again"));
    }
    refresh();
    return find(name);
  }

  /// Serves a project no more, until it is resumed; its data stays where it is.
  public ProjectRow suspend(String name, boolean suspended) {
    if (rows.suspend(name, suspended, clock.instant()) == 0) {
      throw missing(name);
    }
    refresh();
    return find(name);
  }

  /// Forgets a project; its database, files and folder stay where they are.
  public void remove(String name) {
    if (rows.remove(name) == 0) {
      throw missing(name);
    }
    refresh();
  }

  /// Makes what a project needs in the database that it is going to be moved to.
  public void prepareMove(String name, String url) {
    try {
      var settings = elsewhere(name, url);
      projects.prepare(settings, String.valueOf(settings.databaseUrl()));
    } catch (StartFailure e) {
      throw ControlError.refused(SETTINGS, String.valueOf(e.getMessage()));
    }
  }

  private ProjectSettings elsewhere(String name, String url) {
    var row = rows.findByName(name);
    if (row.isEmpty()) {
      return configured(name).settings().elsewhere(url);
    }
    if (row.get().movedFrom() != null) {
      throw ControlError.refused(
          "project_moved",
          "The project was moved before; let the database it was moved from go first"
              + " (stabbur project move %s --done)".formatted(name));
    }
    return settings(name, elsewhere(row.get(), url));
  }

  private Project configured(String name) {
    return projects.byName(name).orElseThrow(() -> missing(name));
  }

  /// Has the writes of a project wait in all processes, for [#HELD] at most, or no longer; those of
  /// a project of the configuration in this process.
  public void holdWrites(String name, boolean held) {
    if (rows.hold(name, held ? clock.instant().plus(HELD) : null) == 0) {
      configured(name).holdWrites(held ? HELD : Duration.ZERO);
    }
    refresh();
  }

  /// Switches a project, whose writes are held, to a database with the same content. From an
  /// embedded Postgres there is no way back.
  public ProjectRow move(String name, String url) {
    var row = find(name);
    var way = given(row);
    way.keySet().retainAll(WAY);
    // an embedded Postgres ends when nobody serves it any more
    return move(row, elsewhere(row, url), way.containsKey("database-url") ? text(way) : null);
  }

  /// Switches a project, whose writes are held, to the database that it was moved from.
  public ProjectRow moveBack(String name) {
    var row = find(name);
    return move(row, before(row), null);
  }

  private ProjectRow move(ProjectRow row, Map<String, String> given, @Nullable String movedFrom) {
    var _ = settings(row.name(), given);
    if (rows.move(row.name(), row.settings(), text(given), movedFrom, clock.instant()) == 0) {
      throw ControlError.refused(
          "project_not_held",
          "Writes are held no longer, or the settings were changed; the project stays where it is");
    }
    refresh();
    return find(row.name());
  }

  /// The driver's address of the database that is written down for a project; empty for an embedded
  /// one and for one of the configuration.
  public Optional<String> database(String name) {
    return rows.findByName(name)
        .map(row -> settings(name, given(row)))
        .flatMap(settings -> Optional.ofNullable(settings.databaseUrl()));
  }

  /// Forgets the database that a project was moved from.
  public ProjectRow letGo(String name) {
    if (rows.letGo(name) == 0) {
      throw missing(name);
    }
    return find(name);
  }

  /// How the owner logs in to the database that a project was moved from, while it is kept.
  public Optional<Login> movedFrom(String name) {
    return rows.findByName(name)
        .filter(row -> row.movedFrom() != null)
        .map(
            row -> {
              var settings = settings(name, before(row));
              return projects.owner(settings, String.valueOf(settings.databaseUrl()));
            });
  }

  private static Map<String, String> elsewhere(ProjectRow row, String url) {
    var given = given(row);
    given
        .keySet()
        .removeAll(
            List.of("admin-user", "admin-password", "pooler-url", "read-urls", "database-port"));
    given.put("database-url", url);
    return given;
  }

  private static Map<String, String> before(ProjectRow row) {
    var way = row.movedFrom();
    if (way == null) {
      throw ControlError.refused(
          "project_not_moved",
          "The project was not moved, or the database it was moved from is let go");
    }
    var given = given(row);
    given.keySet().removeAll(WAY);
    given.putAll(map(way));
    return given;
  }

  /// Makes what is written down the projects of this process.
  public synchronized void refresh() {
    isBehind = true;
    projects.declare(
        rows.findAllOrderByName().stream().flatMap(row -> served(row).stream()).toList());
    isBehind = false;
  }

  /// Makes up for the last [#refresh], where it failed.
  void catchUp() {
    if (isBehind) {
      refresh();
    }
  }

  /// Tells the other processes of keys that were changed in this one.
  void shareKeys() {
    for (var name : keys.changed()) {
      rows.findByName(name).ifPresentOrElse(keys::agree, () -> keys.forget(name));
    }
  }

  /// A row of another version of the program may not be read by this one; the others are served.
  private Optional<DeclaredProject> served(ProjectRow row) {
    try {
      return readable(row)
          .map(
              settings ->
                  new DeclaredProject(
                      settings,
                      keys.agree(row),
                      row.suspended(),
                      row.staysOpen(),
                      held(row),
                      row.moves()));
    } catch (StartFailure | UncheckedIOException e) {
      LOG.error("The keys of project {} cannot be read, and it is not served.", row.name(), e);
      return Optional.empty();
    }
  }

  private Duration held(ProjectRow row) {
    var until = row.heldUntil();
    var rest = until == null ? Duration.ZERO : Duration.between(clock.instant(), until);
    return rest.isNegative() ? Duration.ZERO : rest.compareTo(HELD) > 0 ? HELD : rest;
  }

  private static Optional<ProjectSettings> readable(ProjectRow row) {
    try {
      return Optional.of(SettingsForm.read(row.name(), map(row.settings())));
    } catch (StartFailure e) {
      LOG.error("Project {} cannot be read and is not served.", row.name(), e);
      return Optional.empty();
    }
  }

  private String tryOut(DeclaredProject declared) {
    return opened(() -> projects.tryOut(declared, ProjectDesk::reference));
  }

  /// What came of opening a project's database, refused in the words of this desk.
  private static <T> T opened(Supplier<T> work) {
    try {
      return work.get();
    } catch (StartFailure e) {
      throw ControlError.refused(SETTINGS, String.valueOf(e.getMessage()));
    } catch (ApiException e) {
      throw ControlError.refused(
          "project_opening", "The project does not open: " + reason(e.error()));
    }
  }

  private static String reason(Object error) {
    return error instanceof Failure.Unavailable(var what) ? what : String.valueOf(error);
  }

  private static String reference(Project project) {
    return project
        .admin()
        .transaction(
            Actor.of(project.admin().login().user()),
            Access.READ,
            tx ->
                tx.first(
                        Statement.of("select reference from stabbur.project_reference"),
                        row -> row.getString(1))
                    .orElseThrow());
  }

  private static void requireName(String name) {
    if (!NAME.matcher(name).matches() || name.equals("default")) {
      throw ControlError.refused(
          "project_name",
          "The name must have 2 to 40 lower-case letters, digits and hyphens, begin with a letter"
              + " and not be default");
    }
  }

  private static ProjectSettings settings(String name, Map<String, String> given) {
    try {
      var settings = SettingsForm.read(name, given);
      if (settings.hosts().isEmpty()
          || !settings.hosts().stream()
              .allMatch(host -> HOST.matcher(host.toLowerCase(Locale.ROOT)).matches())) {
        throw ControlError.refused(
            "invalid_hosts", "hosts must be one host name or more, separated by commas");
      }
      if (settings.isEmbedded()
          && !(settings.adminUser().equals("postgres")
              && settings.apiUser().equals("authenticator"))) {
        throw new StartFailure(
            "An embedded project has roles of its own; leave out admin-user and api-user.");
      }
      var keys = settings.signingKeys();
      if (keys != null && !keys.strip().startsWith("{") && !keys.strip().startsWith("[")) {
        throw new StartFailure("signing-keys of an added project must be the keys themselves.");
      }
      var hosted = settings.hostedUrl();
      if (hosted != null && !"https".equalsIgnoreCase(hosted.getScheme())) {
        throw new StartFailure("hosted-url of an added project must begin with https://.");
      }
      if (!settings.prepare()) {
        throw new StartFailure("A project that is added needs its schemas; leave out prepare.");
      }
      return settings;
    } catch (StartFailure e) {
      throw ControlError.refused(SETTINGS, String.valueOf(e.getMessage()));
    }
  }

  /// Refuses a name or a host that another project has, of the configuration or added.
  private void requireUnclaimed(ProjectSettings settings) {
    try {
      projects.requireFree(settings);
    } catch (StartFailure e) {
      throw ControlError.refused("project_taken", String.valueOf(e.getMessage()));
    }
    var hosts = new HashSet<String>();
    settings.hosts().forEach(host -> hosts.add(host.toLowerCase(Locale.ROOT)));
    for (var row : rows.findAllOrderByName()) {
      if (row.name().equals(settings.name())) {
        continue;
      }
      for (var host : hosts(row)) {
        if (hosts.contains(host.toLowerCase(Locale.ROOT))) {
          throw ControlError.refused(
              "host_taken", "The host %s belongs to the project %s".formatted(host, row.name()));
        }
      }
    }
  }

  /// The hosts of a project, also of one with another setting that cannot be read.
  private static List<String> hosts(ProjectRow row) {
    try {
      var hosts = object(row.settings()).get("hosts");
      return hosts != null && hosts.isString()
          ? Arrays.stream(hosts.getStringValue().split(",", -1)).map(String::strip).toList()
          : List.of();
    } catch (StartFailure _) {
      return List.of();
    }
  }

  private static ApiException missing(String name) {
    return new ApiException(new Failure.NoSuchRoute("/projects/" + name));
  }

  /// The settings of a project that are to be changed or used.
  private static Map<String, String> given(ProjectRow row) {
    try {
      return map(row.settings());
    } catch (StartFailure e) {
      throw new ApiException(new Failure.Malformed(String.valueOf(e.getMessage())));
    }
  }

  /// The texts of a JSON object; refused with [StartFailure] where it is none, or has anything
  /// else.
  static Map<String, String> map(String json) {
    var map = new TreeMap<String, String>();
    object(json)
        .entries()
        .forEach(
            e -> {
              if (!e.getValue().isString()) {
                throw new StartFailure("The value of %s is no text.".formatted(e.getKey()));
              }
              map.put(e.getKey(), e.getValue().getStringValue());
            });
    return map;
  }

  private static JsonNode object(String json) {
    try {
      var node = Json.parse(json);
      if (node.isObject()) {
        return node;
      }
    } catch (ApiException _) {
      // refused below
    }
    throw new StartFailure("What is written down is no JSON object.");
  }

  /// A JSON object of texts; the same for equal maps.
  static String text(Map<String, String> map) {
    var fields = new LinkedHashMap<String, JsonNode>();
    new TreeMap<>(map).forEach((name, value) -> fields.put(name, JsonNode.createStringNode(value)));
    return Json.write(JsonNode.createObjectNode(fields));
  }
}
