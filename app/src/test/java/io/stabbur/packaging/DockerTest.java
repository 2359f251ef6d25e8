package io.stabbur.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.file.FileOwner;
import io.stabbur.testing.Http;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The image and the compose file. Needs no container engine: the Dockerfile's own steps are run in
/// a folder, and what they made is started the way a container would be.
class DockerTest {
  private static final Path REPOSITORY = TestServer.repository().toAbsolutePath().normalize();
  private static final Path FILE = REPOSITORY.resolve("docker/Dockerfile");

  /// A number without a name, as OpenShift gives one, and no right of root's.
  private static final int UID = 1_000_720_000;

  private static final List<String> AS_ANY_USER =
      List.of(
          "setpriv",
          "--reuid=" + UID,
          "--regid=0",
          "--clear-groups",
          "--no-new-privs",
          "--bounding-set=-all",
          "--inh-caps=-all");

  @Test
  void theImageRunsAsAnOrdinaryUserAndKeepsNoSecret() throws IOException {
    var file = Dockerfile.read(FILE);

    assertThat(file.last("USER").rest()).isEqualTo("10001:0");
    assertThat(file.last("VOLUME").rest()).isEqualTo("/var/lib/stabbur");
    assertThat(file.last("EXPOSE").rest()).isEqualTo("54321");
    assertThat(file.all("FROM"))
        .extracting(Dockerfile.Instruction::rest)
        .allMatch(base -> !base.endsWith(":latest"))
        .containsExactly(
            "maven:3.9-eclipse-temurin-25 AS build",
            "denoland/deno:bin-2.9.6 AS deno",
            "debian:bookworm-slim AS content",
            "postgres:17-bookworm AS with-postgres",
            "content");
    assertThat(file.all("ARG")).isEmpty();
    assertThat(file.all("ENV"))
        .extracting(Dockerfile.Instruction::rest)
        .allMatch(variables -> variables.matches("(JAVA_HOME|STABBUR_POSTGRES_BINARIES)=.*"));
    assertThat(file.all("HEALTHCHECK"))
        .extracting(Dockerfile.Instruction::rest)
        .allMatch(check -> check.contains("/health/liveness"));
  }

  @Test
  void theBuildSeesOnlyWhatItCopies() throws IOException {
    var rules = Files.readAllLines(REPOSITORY.resolve("docker/Dockerfile.dockerignore"));
    var seen =
        rules.stream().filter(rule -> rule.startsWith("!")).map(r -> r.substring(1)).toList();
    var copied = new ArrayList<String>();
    for (var copy : Dockerfile.read(FILE).all("COPY")) {
      var words = List.of(copy.rest().split("\\s+"));
      for (var word : words.subList(0, words.size() - 1)) {
        if (!words.getFirst().startsWith("--from=")) {
          copied.add(word);
        }
      }
    }

    assertThat(rules).contains("*");
    assertThat(seen).containsExactlyInAnyOrderElementsOf(Set.copyOf(copied));
  }

  @Test
  @Tag("nightly")
  void whatTheStepsMakeServesAndWritesNowhereButInItsVolume()
      throws IOException, InterruptedException {
    var file = Dockerfile.read(FILE);
    var image =
        ImageFolder.build(
            file, REPOSITORY, TestServer.newFolder(), Map.of("deno/deno", Node.deno()));
    var volume = Path.of(image.mapped(file.last("VOLUME").rest()));
    var log = image.root().resolveSibling("container.log");
    assertThat(image.directory().resolve("app/target/stabbur.aot"))
        .as(Files.readString(image.directory().resolve("app/target/train.log")))
        .isNotEmptyFile();
    assertThat(image.changes())
        .contains("useradd --uid 10001 --gid 10001")
        .contains("chown 10001:0 " + volume);
    makePassable(image.root());
    prepareLikeAForeignVolume(volume);
    var before = image.contentOutside(volume);
    int port = TestServer.freePort();

    var command = new ArrayList<String>();
    file.last("ENTRYPOINT").exec().forEach(word -> command.add(image.mapped(word)));
    file.last("CMD").exec().forEach(word -> command.add(image.mapped(word)));
    command.addAll(List.of("--port", Integer.toString(port)));
    var container = start(command, image, log);
    try {
      awaitReady(port, container, log);

      assertThat(Http.get("http://127.0.0.1:" + port + "/health").body()).contains("\"UP\"");
      assertThat(healthcheck(file, port)).isZero();
      assertThat(Files.readString(log))
          .contains("https://api.example.org")
          .contains("sb_publishable_")
          .doesNotContain("sb_secret_")
          .doesNotContain("postgres:");
      assertThat(
              ran(
                  image,
                  log,
                  // spelt by the shell, for a Java without a locale cannot hand it over
                  "org create \"$(printf 'Bl\\303\\245b\\303\\246r')\" --slug blabar --admin-email"
                      + " leder@blabar.example"))
          .isZero();
      assertThat(ran(image, log, "org list")).isZero();
      assertThat(Files.readString(log)).contains("Bl\u00e5b\u00e6r");
      container.destroy();
      assertThat(container.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      container.destroy();
    }

    assertThat(healthcheck(file, port)).isNotZero();
    assertThat(image.contentOutside(volume)).isEqualTo(before);
    assertThat(volume.resolve("data/keys.json")).exists();
    assertThat(Files.getAttribute(volume.resolve("data/keys.json"), "unix:uid")).isEqualTo(UID);
  }

  /// As a volume may come: of another owner, writable for all, with what its file system keeps.
  private static void prepareLikeAForeignVolume(Path volume) throws IOException {
    Files.createDirectories(volume.resolve("lost+found"));
    Files.setPosixFilePermissions(volume.resolve("lost+found"), Set.of());
    Files.setAttribute(volume, "unix:mode", 042777);
  }

  /// The folders of tests are nobody else's; the container runs as another user.
  private static void makePassable(Path folder) throws IOException {
    for (var at = folder; at != null && !at.equals(Path.of("/tmp")); at = at.getParent()) {
      var all = new HashSet<>(Files.getPosixFilePermissions(at));
      all.addAll(PosixFilePermissions.fromString("--x--x--x"));
      if (FileOwner.of(at).uid() == FileOwner.ofThisProcess()) {
        Files.setPosixFilePermissions(at, all);
      }
    }
  }

  private static Process start(List<String> command, ImageFolder image, Path log)
      throws IOException {
    var line = new ArrayList<>(AS_ANY_USER);
    line.addAll(command);
    var builder =
        new ProcessBuilder(line)
            .directory(image.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(image.environment());
    builder.environment().put("STABBUR_PUBLIC_URL", "https://api.example.org");
    builder.environment().put("STABBUR_VOLUME", image.mapped("/var/lib/stabbur"));
    builder.environment().put("STABBUR_HOME", image.directory().toString());
    builder.environment().put("HOME", "/");
    return builder.start();
  }

  /// The exit code of another command in the container, where nobody has chosen a locale.
  private static int ran(ImageFolder image, Path log, String words)
      throws IOException, InterruptedException {
    var command = List.of("sh", "-c", image.mapped("/usr/local/bin/stabbur ") + words);
    var process = start(command, image, log);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static void awaitReady(int port, Process container, Path log)
      throws IOException, InterruptedException {
    var limit = Instant.now().plus(Duration.ofSeconds(90));
    while (!Files.readString(log).contains("Stabbur is ready")) {
      if (!container.isAlive() || Instant.now().isAfter(limit)) {
        throw new AssertionError("not ready on port " + port + ": " + Files.readString(log));
      }
      Thread.sleep(100);
    }
  }

  /// The exit code of the image's own health check, asked on the port of this test.
  private static int healthcheck(Dockerfile file, int port)
      throws IOException, InterruptedException {
    var command =
        file.last("HEALTHCHECK").exec().stream()
            .map(word -> word.replace("54321", Integer.toString(port)))
            .toList();
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  static Map<String, Object> yaml(String text) {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Map<String, Object> parent, String key) {
    return (Map<String, Object>) Objects.requireNonNull(parent.get(key), key);
  }

  @SuppressWarnings("unchecked")
  static List<String> strings(Map<String, Object> parent, String key) {
    return (List<String>) Objects.requireNonNull(parent.get(key), key);
  }
}
