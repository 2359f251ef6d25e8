package io.stabbur.testing;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A running Stabbur with its own data folder on its own port. [#shared] is started once for all
/// tests of a run, since a start costs seconds; a test that changes settings starts its own and
/// closes it.
public final class TestServer implements AutoCloseable {
  private static @Nullable TestServer shared;

  private final ApplicationContext context;
  private final int port;

  private TestServer(ApplicationContext context, int port) {
    this.context = context;
    this.port = port;
  }

  /// The server that all tests share; it ends with the JVM.
  public static synchronized TestServer shared() {
    if (shared == null) {
      var server = start(Map.of());
      Runtime.getRuntime().addShutdownHook(new Thread(server::close));
      shared = server;
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
    all.put("stabbur.migrations", repository().resolve("supabase/migrations").toString());
    if (!settings.containsKey("stabbur.data")) {
      all.put("stabbur.data", newFolder().toString());
    }
    all.putAll(settings);
    var context = ApplicationContext.builder().properties(all).eagerInitConfiguration(true).start();
    try {
      context.getBean(EmbeddedServer.class).start();
    } catch (RuntimeException e) {
      context.close();
      throw e;
    }
    return new TestServer(context, port);
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
  }

  /// A new folder below the build's own, passable for the user that Postgres runs as.
  public static Path newFolder() {
    try {
      var parent = Path.of("target", "data").toAbsolutePath();
      Files.createDirectories(parent);
      return Files.createTempDirectory(
          parent,
          "server",
          java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
              java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The top folder of the repository.
  public static Path repository() {
    var here = Path.of("").toAbsolutePath();
    return Files.isDirectory(here.resolve("supabase")) ? here : here.resolve("..").normalize();
  }

  public static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
