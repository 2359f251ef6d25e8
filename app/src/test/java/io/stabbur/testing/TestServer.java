package io.stabbur.testing;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// A running Stabbur with its own data folder on its own port. [#shared] is started once for all
/// tests of a run, since a start costs seconds; a test that changes settings starts its own and
/// closes it.
public final class TestServer implements AutoCloseable {
  private static final String PROJECTS = "stabbur.projects.";
  private static final int FIRST_PORT = 20_000;
  private static final int LAST_PORT = 32_000;
  private static final Set<Integer> GIVEN_PORTS = ConcurrentHashMap.newKeySet();
  private static final InheritableThreadLocal<@Nullable TestServer> INSTEAD =
      new InheritableThreadLocal<>();
  private static @Nullable TestServer shared;

  private final ApplicationContext context;
  private final int port;
  private final Optional<Path> ownFolder;

  private TestServer(ApplicationContext context, int port, Optional<Path> ownFolder) {
    this.context = context;
    this.port = port;
    this.ownFolder = ownFolder;
  }

  /// The server that all tests share; it ends with the JVM.
  public static TestServer shared() {
    var instead = INSTEAD.get();
    return instead == null ? startedOnce() : instead;
  }

  /// Does something for which another server takes the place of the shared one.
  public static void insteadOfShared(TestServer server, Runnable work) {
    INSTEAD.set(server);
    try {
      work.run();
    } finally {
      INSTEAD.remove();
    }
  }

  private static synchronized TestServer startedOnce() {
    if (shared == null) {
      shared = AtExit.close(start(Map.of()));
    }
    return shared;
  }

  /// A server of one's own with settings such as `stabbur.gateway.access-log` → `false`, on a new
  /// data folder unless the settings name one.
  public static TestServer start(Map<String, Object> settings) {
    int port = freePort();
    var all = new HashMap<String, Object>();
    all.put("micronaut.server.port", port);
    all.put("stabbur.public-url", "http://127.0.0.1:" + port);
    all.put("stabbur.gateway.access-log", false);
    all.put("stabbur.development", true);
    // a hash of the usual cost takes a hundred milliseconds, and answers wait three times as long
    all.put("stabbur.auth.password.cost", 4);
    all.put("stabbur.migrations", repository().resolve("supabase/migrations").toString());
    var ownFolder =
        settings.containsKey("stabbur.data")
            ? Optional.<Path>empty()
            : Optional.of(preparedFolder(settings));
    ownFolder.ifPresent(folder -> all.put("stabbur.data", folder.toString()));
    all.putAll(settings);
    var context = ApplicationContext.builder().properties(all).eagerInitConfiguration(true).start();
    try {
      context.getBean(EmbeddedServer.class).start();
    } catch (RuntimeException e) {
      context.close();
      throw e;
    }
    return new TestServer(context, port, ownFolder);
  }

  /// A folder with a cluster for each project that the settings give no database.
  private static Path preparedFolder(Map<String, Object> settings) {
    var folder =
        settings.containsKey("stabbur.functions.deno") ? DataFolders.onDisk() : newFolder();
    var template =
        settings.containsKey("stabbur.migrations") || settings.containsKey("stabbur.migrate")
            ? DataTemplate.BASE
            : DataTemplate.MIGRATED;
    for (var project : projects(settings)) {
      if (!settings.containsKey(PROJECTS + project + ".database-url")) {
        template.copyTo(folderOf(folder, project));
      }
    }
    return folder;
  }

  /// The names of the projects that settings speak of.
  private static Set<String> projects(Map<String, Object> settings) {
    var names = new HashSet<String>();
    for (var setting : settings.keySet()) {
      if (setting.startsWith(PROJECTS)) {
        names.add(setting.substring(PROJECTS.length()).replaceFirst("\\..*", ""));
      }
    }
    return names.isEmpty() ? Set.of("default") : names;
  }

  /// Where the cluster of a project is, below a data folder.
  private static Path folderOf(Path data, String project) {
    return project.equals("default") ? data : data.resolve("projects").resolve(project);
  }

  /// Prepares the folder of a project that is added while the server runs: with the cluster that
  /// others have at their first start.
  ///
  /// @param name of a project that has no folder yet
  public void prepare(String name) {
    DataTemplate.MIGRATED.copyTo(folderOf(ownFolder.orElseThrow(), name));
  }

  /// A server to be measured: its writes reach the disk, and hashes cost what they usually do.
  public static TestServer measured(Map<String, Object> settings) {
    var all = new HashMap<String, Object>(settings);
    all.putIfAbsent("stabbur.data", newFolder().toString());
    all.putIfAbsent("stabbur.auth.password.cost", 10);
    return start(all);
  }

  /// The address of the server, without a trailing slash.
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  public Project project() {
    return context.getBean(Projects.class).all().getFirst();
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  @Override
  public void close() {
    context.close();
    ownFolder.ifPresent(DataFolders::delete);
  }

  /// A new, empty folder, passable for the user that Postgres runs as.
  public static Path newFolder() {
    return DataFolders.create();
  }

  /// The top folder of the repository.
  public static Path repository() {
    var here = Path.of("").toAbsolutePath();
    return Files.isDirectory(here.resolve("supabase")) ? here : here.resolve("..").normalize();
  }

  /// A port that nobody listens on and that this JVM has not given to anybody else. It lies below
  /// the range that the system takes for outgoing connections, so none of those takes it meanwhile.
  public static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        if (GIVEN_PORTS.add(port)) {
          return socket.getLocalPort();
        }
      } catch (BindException e) {
        // somebody listens there: another one
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
