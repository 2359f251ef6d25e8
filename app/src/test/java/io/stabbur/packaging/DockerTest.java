package io.stabbur.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  @Test
  void theImageRunsAsAnOrdinaryUserAndKeepsNoSecret() throws IOException {
    var file = Dockerfile.read(FILE);

    assertThat(file.last("USER").rest()).isEqualTo("10001:10001");
    assertThat(file.last("VOLUME").rest()).isEqualTo("/var/lib/stabbur");
    assertThat(file.last("EXPOSE").rest()).isEqualTo("54321");
    assertThat(file.all("FROM"))
        .extracting(Dockerfile.Instruction::rest)
        .containsExactly("maven:3.9-eclipse-temurin-25 AS build", "eclipse-temurin:25-jre");
    assertThat(file.all("ARG")).isEmpty();
    assertThat(file.all("ENV")).isEmpty();
  }

  @Test
  void theBuildSeesOnlyWhatItCopies() throws IOException {
    var rules = Files.readAllLines(REPOSITORY.resolve("docker/Dockerfile.dockerignore"));
    var seen =
        rules.stream().filter(rule -> rule.startsWith("!")).map(r -> r.substring(1)).toList();
    var copied = new ArrayList<String>();
    for (var copy : Dockerfile.read(FILE).all("COPY")) {
      var words = List.of(copy.rest().split("\\s+"));
      if (!words.getFirst().startsWith("--from=")) {
        copied.addAll(words.subList(0, words.size() - 1));
      }
    }

    assertThat(rules).contains("*");
    assertThat(seen).containsExactlyInAnyOrderElementsOf(copied);
  }

  @Test
  @Tag("nightly")
  void whatTheStepsMakeServesAndWritesNowhereButInItsVolume()
      throws IOException, InterruptedException {
    var file = Dockerfile.read(FILE);
    var image = ImageFolder.build(file, REPOSITORY, TestServer.newFolder());
    var volume = Path.of(image.mapped(file.last("VOLUME").rest()));
    assertThat(image.directory().resolve("app/target/stabbur.aot")).isNotEmptyFile();
    assertThat(image.changes())
        .contains("useradd --uid 10001 --gid 10001")
        .contains("chown 10001:10001 " + volume);
    var before = image.contentOutside(volume);
    int port = TestServer.freePort();

    var command = new ArrayList<String>();
    file.last("ENTRYPOINT").exec().forEach(word -> command.add(image.mapped(word)));
    file.last("CMD").exec().forEach(word -> command.add(image.mapped(word)));
    command.addAll(List.of("--port", Integer.toString(port)));
    var container = start(command, image, volume.resolve("container.log"));
    try {
      awaitReady(port, container, volume.resolve("container.log"));

      assertThat(Http.get("http://127.0.0.1:" + port + "/health").body()).contains("\"UP\"");
      assertThat(healthcheck(file, port)).isZero();
      assertThat(Files.readString(volume.resolve("container.log")))
          .contains("https://api.example.org")
          .contains("sb_publishable_")
          .doesNotContain("sb_secret_")
          .doesNotContain("postgres:");
      assertThat(
              ran(
                  image,
                  volume,
                  // spelt by the shell, for a Java without a locale cannot hand it over
                  "org create \"$(printf 'Bl\\303\\245b\\303\\246r')\" --slug blabar --admin-email"
                      + " leder@blabar.example"))
          .isZero();
      assertThat(ran(image, volume, "org list")).isZero();
      assertThat(Files.readString(volume.resolve("command.log"))).contains("Bl\u00e5b\u00e6r");
      container.destroy();
      assertThat(container.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      container.destroy();
    }

    assertThat(healthcheck(file, port)).isNotZero();
    assertThat(image.contentOutside(volume)).isEqualTo(before);
    assertThat(volume.resolve("keys.json")).exists();
  }

  @Test
  void composeStartsOneContainerThatFitsTheImage() throws IOException {
    var file = Dockerfile.read(FILE);
    var folder = REPOSITORY.resolve("docker");
    Map<String, Object> compose = yaml(Files.readString(folder.resolve("compose.yml")));

    assertThat(map(compose, "services")).containsOnlyKeys("stabbur");
    var service = map(map(compose, "services"), "stabbur");
    var build = map(service, "build");
    var context = folder.resolve(String.valueOf(build.get("context"))).normalize();
    assertThat(context).isEqualTo(REPOSITORY);
    assertThat(context.resolve(String.valueOf(build.get("dockerfile")))).isEqualTo(FILE);
    assertThat(service)
        .containsEntry("user", file.last("USER").rest())
        .containsEntry("read_only", true)
        .containsEntry("cap_drop", List.of("ALL"))
        .containsEntry("tmpfs", List.of("/tmp"));
    assertThat(service.get("security_opt")).isEqualTo(List.of("no-new-privileges:true"));
    assertThat(strings(service, "ports"))
        .singleElement()
        .asString()
        .startsWith("127.0.0.1:")
        .endsWith(":" + file.last("EXPOSE").rest());
    for (var mount : strings(service, "volumes")) {
      var parts = List.of(mount.split(":"));
      if (parts.getFirst().startsWith(".")) {
        assertThat(folder.resolve(parts.getFirst()).normalize()).exists();
        assertThat(parts.getLast()).isEqualTo("ro");
      } else {
        assertThat(map(compose, "volumes")).containsOnlyKeys(parts.getFirst());
        assertThat(parts.get(1)).isEqualTo(file.last("VOLUME").rest());
      }
    }
  }

  private static Process start(List<String> command, ImageFolder image, Path log)
      throws IOException {
    var builder =
        new ProcessBuilder(command)
            .directory(image.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("STABBUR_PUBLIC_URL", "https://api.example.org");
    return builder.start();
  }

  /// The exit code of another command in the container, where nobody has chosen a locale.
  private static int ran(ImageFolder image, Path volume, String words)
      throws IOException, InterruptedException {
    var command =
        List.of("sh", "-c", image.mapped("/opt/stabbur/stabbur ") + words + " --data " + volume);
    var process = start(command, image, volume.resolve("command.log"));
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
