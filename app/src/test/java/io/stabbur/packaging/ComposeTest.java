package io.stabbur.packaging;

import static io.stabbur.packaging.DockerTest.map;
import static io.stabbur.packaging.DockerTest.strings;
import static io.stabbur.packaging.DockerTest.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// compose.yml and the two scripts around it. In the place of Docker stands a program that writes
/// down what it is asked for.
class ComposeTest {
  private static final Path REPOSITORY = TestServer.repository().toAbsolutePath().normalize();
  private static final Path FOLDER = REPOSITORY.resolve("docker");
  private static final List<String> PROFILES =
      List.of("mail", "monitoring", "postgres", "s3", "studio", "tls", "valkey");

  private final Path home = TestServer.newFolder();
  private final Path environment = home.resolve(".env");
  private final Path asked = home.resolve("asked");

  @BeforeEach
  void replaceDocker() throws IOException {
    var program = Files.createDirectories(home.resolve("bin")).resolve("docker");
    Files.writeString(
        program,
        """
        #!/bin/sh
        echo "version=${STABBUR_VERSION:-} $*" | sed "s,$FOLDER,,g" >>"$ASKED"
        case " $* " in
        *" status -o env "*) printf 'ANON_KEY="an"\\nSERVICE_ROLE_KEY="sr"\\nJWT_SECRET="js"\\n' ;;
        *" up "*) [ ! -e "$ASKED.unhealthy" ] ;;
        esac
        """);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createFile(asked);
  }

  @Test
  void stabburRunsAsTheImageSaysOnAReadOnlyRoot() throws IOException {
    var file = Dockerfile.read(FOLDER.resolve("Dockerfile"));
    var service = map(services(), "stabbur");

    assertThat(FOLDER.resolve(String.valueOf(map(service, "build").get("context"))).normalize())
        .isEqualTo(REPOSITORY);
    assertThat(service)
        .containsEntry("user", file.last("USER").rest())
        .containsEntry("read_only", true)
        .containsEntry("cap_drop", List.of("ALL"))
        .containsEntry("tmpfs", List.of("/tmp"))
        .containsEntry("command", file.last("CMD").exec())
        .containsEntry("security_opt", List.of("no-new-privileges:true"))
        .doesNotContainKeys("profiles", "healthcheck");
    assertThat(strings(service, "volumes")).contains("data:" + file.last("VOLUME").rest());
  }

  @Test
  void nothingButTheProxyListensToOthersThanThisMachine() throws IOException {
    for (var entry : services().entrySet()) {
      var service = service(entry);
      for (var port :
          service.containsKey("ports") ? strings(service, "ports") : List.<String>of()) {
        assertThat(port)
            .as(entry.getKey())
            .startsWith(entry.getKey().equals("caddy") ? "0.0.0.0:" : "127.0.0.1:");
      }
    }
  }

  @Test
  void eachProfileHasAnOverlayAndEachServiceAProfile() throws IOException {
    var used = new TreeSet<String>();
    for (var entry : services().entrySet()) {
      var service = service(entry);
      if (!entry.getKey().equals("stabbur")) {
        used.addAll(strings(service, "profiles"));
        assertThat(String.valueOf(service.get("image"))).matches("[a-z/-]+:[A-Za-z0-9.-]+");
      }
    }

    assertThat(used).containsExactlyElementsOf(PROFILES);
    for (var profile : PROFILES) {
      assertThat(FOLDER.resolve("config/stabbur-" + profile + ".yml")).exists();
    }
  }

  @Test
  void whatIsMountedIsThereAndReadOnly() throws IOException {
    var compose = compose();
    for (var entry : services().entrySet()) {
      var service = service(entry);
      for (var mount :
          service.containsKey("volumes") ? strings(service, "volumes") : List.<String>of()) {
        var parts = mount.replaceAll("\\$\\{\\w+:-([^}]*)}", "$1").split(":", -1);
        if (parts[0].startsWith(".")) {
          assertThat(FOLDER.resolve(parts[0]).normalize()).exists();
          assertThat(parts).as(mount).hasSize(3).endsWith("ro");
        } else {
          assertThat(map(compose, "volumes")).containsKey(parts[0]);
        }
      }
      for (var secret :
          service.containsKey("secrets") ? strings(service, "secrets") : List.<String>of()) {
        assertThat(map(compose, "secrets")).containsKey(secret);
      }
    }
  }

  /// An overlay names a variable that the service has, or has from a file.
  @Test
  void overlaysReadVariablesThatTheServiceHas() throws IOException {
    var given = map(map(services(), "stabbur"), "environment").keySet();
    for (var profile : PROFILES) {
      var text = Files.readString(FOLDER.resolve("config/stabbur-" + profile + ".yml"));
      var matcher = Pattern.compile("\\$\\{(\\w+)}").matcher(text);
      while (matcher.find()) {
        assertThat(given).contains(matcher.group(1) + "_FILE");
      }
    }
  }

  @Test
  void setupMakesSecretsOnceForItsOwnerAlone() throws IOException, InterruptedException {
    assertThat(run("setup")).isZero();
    var first = variables();
    var password = Files.readString(home.resolve("secrets/postgres_password"));
    assertThat(run("setup", "--url", "https://api.example.org/", "--with", "tls,studio,s3"))
        .isZero();
    var second = variables();

    assertThat(first)
        .containsEntry("STABBUR_PUBLIC_URL", "http://127.0.0.1:54321")
        .containsEntry("COMPOSE_PROFILES", "")
        .doesNotContainKey("POSTGRES_PASSWORD");
    assertThat(password).matches("[0-9a-f]{48}");
    assertThat(second)
        .containsEntry("STABBUR_PUBLIC_URL", "https://api.example.org")
        .containsEntry("COMPOSE_PROFILES", "tls,studio,s3,postgres")
        .containsEntry("POSTGRES_PASSWORD", password);
    assertThat(home.resolve("secrets/postgres_password")).hasContent(password);
    assertThat(Files.getPosixFilePermissions(environment))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getPosixFilePermissions(home.resolve("secrets")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    for (var secret : map(compose(), "secrets").keySet()) {
      assertThat(home.resolve("secrets").resolve(secret)).isNotEmptyFile();
    }
  }

  @Test
  void setupRefusesWhatCannotWorkAndWritesNothing() throws IOException, InterruptedException {
    assertThat(run("setup", "--with", "oracle")).isEqualTo(1);
    assertThat(output()).contains("There is no profile oracle; there are tls postgres");
    assertThat(run("setup", "--with", "tls")).isEqualTo(1);
    assertThat(output()).contains("needs the address that the certificate is for");
    assertThat(run("setup", "--url", "api.example.org")).isEqualTo(1);
    assertThat(output()).contains("api.example.org is no address");
    assertThat(run("setup", "--domain", "x")).isEqualTo(1);
    assertThat(environment).doesNotExist();
  }

  @Test
  void oneCommandStartsUpdatesAndRollsBack() throws IOException, InterruptedException {
    assertThat(run("run", "start")).isEqualTo(1);
    assertThat(output()).contains("make it with docker/setup");
    assertThat(run("setup")).isZero();
    assertThat(run("run", "rollback")).isEqualTo(1);
    assertThat(output()).contains("only an update remembers one");
    assertThat(run("run", "start")).isZero();
    assertThat(run("run", "update")).isZero();
    var updated = variables();
    assertThat(run("run", "rollback")).isZero();
    var back = variables();

    assertThat(updated.get("STABBUR_VERSION")).matches("[0-9a-f]{12}");
    assertThat(updated).containsEntry("STABBUR_PREVIOUS", "current");
    assertThat(back)
        .containsEntry("STABBUR_VERSION", "current")
        .containsEntry("STABBUR_PREVIOUS", updated.get("STABBUR_VERSION"));
    assertThat(Files.readString(asked))
        .contains("version=" + updated.get("STABBUR_VERSION") + " compose")
        .contains("build --pull")
        .contains("up --detach --wait");
  }

  @Test
  void aStartThatFailsSaysWhatToDo() throws IOException, InterruptedException {
    assertThat(run("setup")).isZero();
    Files.createFile(Path.of(asked + ".unhealthy"));

    assertThat(run("run", "update")).isEqualTo(1);
    assertThat(output()).contains("comes back with docker/run rollback");
  }

  @Test
  void studioGetsTheKeysOfTheFirstStart() throws IOException, InterruptedException {
    assertThat(run("setup", "--with", "studio")).isZero();
    assertThat(run("run", "start")).isZero();

    assertThat(variables())
        .containsEntry("SUPABASE_ANON_KEY", "an")
        .containsEntry("SUPABASE_SERVICE_KEY", "sr")
        .containsEntry("SUPABASE_JWT_SECRET", "js");
    assertThat(Files.readString(asked)).contains("up --detach --wait studio");
  }

  /// The templates of others' platforms are one service with the image's volume, and name no port
  /// in an address.
  @Test
  void templatesOfPlatformsAreOneServiceLikeTheComposeFiles() throws IOException {
    var own = map(services(), "stabbur");
    for (var name : List.of("coolify.yaml", "dokploy/docker-compose.yml")) {
      var template = yaml(Files.readString(FOLDER.resolve(name)));
      var service = map(map(template, "services"), "stabbur");

      assertThat(map(template, "services")).containsOnlyKeys("stabbur");
      assertThat(service).doesNotContainKeys("ports", "command");
      for (var key : List.of("image", "user", "shm_size", "stop_grace_period")) {
        assertThat(service).containsEntry(key, own.get(key));
      }
      assertThat(strings(service, "volumes")).containsExactly("data:/var/lib/stabbur");
      assertThat(Files.readString(FOLDER.resolve(name)))
          .doesNotContainPattern("https?://[^ ]*:\\d");
    }
    var coolify =
        map(map(yaml(Files.readString(FOLDER.resolve("coolify.yaml"))), "services"), "stabbur");
    var dokploy =
        map(
            map(yaml(Files.readString(FOLDER.resolve("dokploy/docker-compose.yml"))), "services"),
            "stabbur");
    var names =
        strings(coolify, "environment").stream()
            .map(variable -> variable.split("=", 2)[0])
            .filter(variable -> !variable.startsWith("SERVICE_"))
            .toList();
    assertThat(map(dokploy, "environment").keySet()).containsExactlyInAnyOrderElementsOf(names);
  }

  private int run(String script, String... arguments) throws IOException, InterruptedException {
    var line = new ArrayList<>(List.of(FOLDER.resolve(script).toString()));
    line.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("output").toFile());
    builder.environment().put("STABBUR_ENV", environment.toString());
    builder.environment().put("ASKED", asked.toString());
    builder.environment().put("FOLDER", FOLDER.toString());
    builder.environment().merge("PATH", home + "/bin", (path, first) -> first + ":" + path);
    var process = builder.start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String output() throws IOException {
    return Files.readString(home.resolve("output"), StandardCharsets.UTF_8);
  }

  private Map<String, String> variables() throws IOException {
    var found = new TreeMap<String, String>();
    for (var line : Files.readAllLines(environment)) {
      if (!line.isBlank()) {
        assertThat(found.put(line.split("=", 2)[0], line.split("=", 2)[1])).as(line).isNull();
      }
    }
    return found;
  }

  private static Map<String, Object> compose() throws IOException {
    return yaml(Files.readString(FOLDER.resolve("compose.yml")));
  }

  private static Map<String, Object> services() throws IOException {
    return map(compose(), "services");
  }

  private static Map<String, Object> service(Map.Entry<String, Object> entry) {
    return map(Map.of(entry.getKey(), entry.getValue()), entry.getKey());
  }
}
