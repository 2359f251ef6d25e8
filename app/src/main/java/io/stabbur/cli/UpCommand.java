package io.stabbur.cli;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.EnvironmentPropertySource;
import io.micronaut.context.env.PropertySource;
import io.micronaut.logging.LogLevel;
import io.micronaut.logging.LoggingSystem;
import io.micronaut.runtime.server.EmbeddedServer;
import io.stabbur.cli.demo.Demo;
import io.stabbur.control.api.ConsoleUrl;
import io.stabbur.control.api.FirstOwner;
import io.stabbur.control.operator.MachineToken;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.http.Shutdown;
import io.stabbur.project.KeyFolder;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import io.stabbur.project.ServerSettings;
import java.io.Console;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur up`: starts everything and stays until it is told to stop.
@Command(name = "up", description = "Start everything and print the address and the keys.")
final class UpCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(UpCommand.class);
  private static final Duration SERVED_SOON = Duration.ofMillis(50);

  @Option(names = "--port", description = "Port for all APIs (default ${DEFAULT-VALUE}).")
  int port = 54321;

  @Option(names = "--host", description = "Address to listen on (default ${DEFAULT-VALUE}).")
  String host = "127.0.0.1";

  @Option(
      names = "--data",
      description = "Folder for everything that is kept (default ${DEFAULT-VALUE}).")
  Path data = Path.of("data");

  @Mixin ConfigurationOptions configuration = new ConfigurationOptions();

  @Option(
      names = "--keys",
      description =
          "A folder with the key files of `keys generate`, the same for every replica; read, never"
              + " written.")
  @Nullable Path keys;

  @Option(
      names = "--take-environment",
      description = "Open databases of another environment (environment.name), and make them ours.")
  boolean takeEnvironment;

  @Option(
      names = "--demo",
      description = "Fill it with three made-up organizations and their work.")
  boolean demo;

  private final Map<String, String> variables = Variables.all();
  private final GotrueNames.Read theirs = GotrueNames.read(variables);
  private final Map<String, String> postgrest = PostgrestNames.environment(variables);

  @Override
  public Integer call() throws InterruptedException {
    var folder = new DataFolder(data.toAbsolutePath().normalize());
    folder.claim();
    try {
      if (keys != null) {
        new KeyFolder(keys).linkInto(folder.path());
      }
      return serve(folder);
    } catch (RuntimeException e) {
      folder.release();
      throw e;
    }
  }

  private int serve(DataFolder folder) throws InterruptedException {
    refuseBusyPort();
    configuration.use();
    var configured = configured();
    var hasDefault = configured.hasDefaultProject();
    var context =
        ConfigurationOptions.builder()
            .properties(properties(folder))
            .propertySources(
                fallback(configured), theirNames(hasDefault), postgrestNames(hasDefault))
            .singletons(configured.environment())
            .eagerInitConfiguration(true)
            .build();
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  // what did not start has nothing under way
                  if (context.isRunning()) {
                    context.findBean(Shutdown.class).ifPresent(Shutdown::run);
                  }
                  context.close();
                  folder.clear();
                  stopped.countDown();
                },
                "stop"));
    try {
      context.start();
      context.getBean(EmbeddedServer.class).start();
    } catch (RuntimeException e) {
      context.close();
      throw e;
    }
    var projects = context.getBean(Projects.class);
    projects
        .leftOut()
        .forEach(
            (project, reason) ->
                System.err.printf(
                    "stabbur: project %s is not served yet and is retried. %s%n", project, reason));
    if (projects.all().isEmpty()) {
      folder.write(running(context, new Properties()));
      tellLater(context, folder, projects);
    } else {
      tell(context, folder, projects.firstOpen());
    }
    stopped.await();
    return 0;
  }

  /// Once a project is open and served.
  private void tellLater(ApplicationContext context, DataFolder folder, Projects projects) {
    var isTold = new AtomicBoolean();
    projects.eachProject(
        opening -> {
          if (!isTold.getAndSet(true)) {
            var _ =
                Thread.ofVirtual()
                    .name("tell")
                    .start(
                        () -> {
                          try {
                            while (projects.byName(opening.name()).isEmpty()) {
                              Thread.sleep(SERVED_SOON);
                            }
                            tell(context, folder, opening);
                          } catch (InterruptedException _) {
                            Thread.currentThread().interrupt();
                          }
                        });
          }
        });
  }

  /// What other commands need to reach this process.
  private Properties running(ApplicationContext context, Properties properties) {
    var migrations = context.getBean(ServerSettings.class).migrations();
    properties.setProperty(DataFolder.MIGRATIONS, migrations.toAbsolutePath().toString());
    properties.setProperty("LOCAL_URL", localUrl());
    properties.setProperty("PID", Long.toString(ProcessHandle.current().pid()));
    context
        .findBean(MachineToken.class)
        .ifPresent(
            token -> properties.setProperty(DataFolder.OPERATOR_TOKEN, token.text().reveal()));
    return properties;
  }

  private void tell(ApplicationContext context, DataFolder folder, Project project) {
    var status = Status.of(project, localUrl()).withConsole(consoleUrl(context));
    folder.write(running(context, status.properties()));
    if (demo) {
      loadDemo(context, project);
    }
    System.out.println(status.banner(onTerminal()));
    if (demo) {
      System.out.println(Demo.signIns());
    }
    inviteFirstOwner(context);
  }

  private String consoleUrl(ApplicationContext context) {
    return context.findBean(ConsoleUrl.class).flatMap(ConsoleUrl::text).orElse(localUrl())
        + "/console";
  }

  /// Beside the start: the control database is opened for it.
  private static void inviteFirstOwner(ApplicationContext context) {
    var _ =
        Thread.ofVirtual()
            .name("first-owner")
            .start(
                () -> {
                  try {
                    context
                        .findBean(FirstOwner.class)
                        .flatMap(FirstOwner::invite)
                        .ifPresent(link -> System.out.println(firstOwner(link)));
                  } catch (RuntimeException e) {
                    LOG.warn("The control database cannot be opened: {}", OneSentence.of(e));
                  }
                });
  }

  /// The link is not printed where the output is kept, as a container's is.
  private static String firstOwner(String link) {
    return onTerminal()
        ? "Nobody administers this server yet. The first owner sets a password here:\n  " + link
        : "Nobody administers this server yet; `stabbur operator create` makes the first owner.";
  }

  private static boolean onTerminal() {
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }

  /// Its hundreds of requests are nobody's, so the access log leaves them out.
  private void loadDemo(ApplicationContext context, Project project) {
    System.out.println("Loading the demo...");
    var logs = context.getBean(LoggingSystem.class);
    logs.setLogLevel("access", LogLevel.OFF);
    try {
      boolean missing = Demo.load(URI.create(localUrl()), project.keys().serviceRoleKey().reveal());
      System.out.println(missing ? "The demo is loaded." : "The demo was loaded already.");
    } catch (RuntimeException e) {
      context.close();
      throw e;
    } finally {
      logs.setLogLevel("access", LogLevel.NOT_SPECIFIED);
    }
  }

  private Map<String, Object> properties(DataFolder folder) {
    var properties = new LinkedHashMap<String, Object>();
    properties.put("micronaut.server.port", port);
    properties.put("micronaut.server.host", host);
    properties.put("stabbur.data", folder.path().toString());
    var publicUrl = variables.get("STABBUR_PUBLIC_URL");
    if (publicUrl != null) {
      properties.put("stabbur.public-url", publicUrl);
    }
    return properties;
  }

  /// What the configuration says that is needed before anything starts.
  ///
  /// @param publicUrls the addresses of clients
  private record Configured(
      EnvironmentCheck environment, Collection<String> projects, List<String> publicUrls) {
    /// Whether `default` is among the projects that are configured, or none is.
    boolean hasDefaultProject() {
      return projects.isEmpty() || projects.contains("default");
    }
  }

  /// Reads the configuration once; refused is a demo that others reach, and a database of another
  /// environment before anything is done to it.
  private Configured configured() {
    try (var context = ConfigurationOptions.builder().build()) {
      var file = context.getEnvironment().start();
      var configured =
          new Configured(
              EnvironmentCheck.of(file),
              file.getPropertyEntries("stabbur.projects"),
              publicUrls(file));
      refusePublicDemo(configured);
      ForeignNames.told(System.getenv()).forEach(told -> System.err.println("stabbur: " + told));
      if (takeEnvironment) {
        return new Configured(
            configured.environment().taking(), configured.projects(), configured.publicUrls());
      }
      configured.environment().requireOwnDatabases(file);
      return configured;
    }
  }

  /// What counts where neither the command line nor a file says otherwise.
  private PropertySource fallback(Configured configured) {
    return PropertySource.of(
        "fallback",
        Map.of(
            "stabbur.public-url", localUrl(), "stabbur.development", isForDevelopment(configured)),
        Integer.MIN_VALUE);
  }

  /// Names of a Supabase `.env` count where a file does not say otherwise.
  private PropertySource theirNames(boolean hasDefault) {
    var names = hasDefault ? theirs : theirs.withoutDefaultProject();
    names
        .unknown()
        .forEach(
            name ->
                System.err.printf(
                    "stabbur: %s has no effect; app/docs/gotrue-names.md lists the names that"
                        + " have.%n",
                    name));
    return PropertySource.of("gotrue", names.settings(), Integer.MIN_VALUE + 1);
  }

  /// PostgREST's names in the environment win over a file, as they do there.
  private PropertySource postgrestNames(boolean hasDefault) {
    var without = new TreeSet<>(PostgrestNames.unknown(postgrest));
    without.addAll(PostgrestNames.ofTheProcess());
    if (!hasDefault) {
      without.addAll(PostgrestNames.ofTheDefaultProject());
    }
    without.retainAll(postgrest.keySet());
    without.forEach(
        key ->
            System.err.printf(
                "stabbur: %s has no effect; app/docs/postgrest-names.md lists the names that"
                    + " have.%n",
                PostgrestNames.inEnvironment(key)));
    var effective = new TreeMap<>(postgrest);
    effective.keySet().removeAll(without);
    return PropertySource.of(
        "postgrest", PostgrestNames.settings(effective), EnvironmentPropertySource.POSITION);
  }

  /// Where this machine reaches the server, whatever name the public knows it by.
  private String localUrl() {
    return "http://%s:%d".formatted(host.equals("0.0.0.0") ? "127.0.0.1" : host, port);
  }

  /// Only a server that nobody else can reach is one for development unless a file says so: a
  /// loopback address may stand behind a public proxy, whose address is then the public URL.
  private boolean isForDevelopment(Configured configured) {
    return address().isLoopbackAddress()
        && configured.publicUrls().stream().allMatch(UpCommand::isLoopback);
  }

  /// Neither the address listened to nor the one clients use may be one that others reach: before a
  /// loopback address a proxy may stand.
  private void refusePublicDemo(Configured configured) {
    if (demo && !address().isLoopbackAddress()) {
      throw publicDemo("--host " + host);
    }
    if (demo) {
      configured.publicUrls().stream()
          .filter(url -> !isLoopback(url))
          .findFirst()
          .ifPresent(
              url -> {
                throw publicDemo("the public URL " + url);
              });
    }
  }

  private static StartFailure publicDemo(String instead) {
    return new StartFailure(
        "The demo's accounts have a password that everybody knows; leave out --demo or %s."
            .formatted(instead));
  }

  /// The addresses of clients that the environment, the configuration file and the names of a
  /// Supabase `.env` give.
  private List<String> publicUrls(Environment file) {
    var projects =
        file.getPropertyEntries("stabbur.projects").stream()
            .map(name -> "stabbur.projects." + name + ".public-url");
    return Stream.concat(
            Stream.concat(Stream.of("stabbur.public-url"), projects)
                .flatMap(key -> file.getProperty(key, String.class).stream()),
            Stream.of(
                    variables.get("STABBUR_PUBLIC_URL"),
                    theirs.settings().get("stabbur.public-url"))
                .filter(Objects::nonNull)
                .map(Object::toString))
        .toList();
  }

  /// Whether only this machine can mean the address; no name is looked up. What is no address is
  /// refused where the settings are read.
  private static boolean isLoopback(String url) {
    try {
      var named = Optional.ofNullable(new URI(url).getHost()).orElse("");
      return named.matches("localhost|.*\\.localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private void refuseBusyPort() {
    if (port < 1 || port > 65_535) {
      throw new StartFailure(
          "Port %d is not between 1 and 65535; choose one with --port.".formatted(port));
    }
    try (var probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(address(), port));
    } catch (IOException e) {
      throw new StartFailure(whyNot(e), e);
    }
  }

  private String whyNot(IOException e) {
    var reason = String.valueOf(e.getMessage());
    if (reason.contains("Permission denied")) {
      return "Port %d is reserved for root; choose one from 1024 on with --port.".formatted(port);
    }
    return reason.contains("Cannot assign")
        ? "%s is no address of this machine; check --host.".formatted(host)
        : "Port %d on %s is in use; stop what listens there or choose another with --port."
            .formatted(port, host);
  }

  private InetAddress address() {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new StartFailure("The address %s is not known; check --host.".formatted(host), e);
    }
  }
}
