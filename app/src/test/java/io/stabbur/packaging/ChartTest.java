package io.stabbur.packaging;

import static io.stabbur.packaging.DockerTest.map;
import static io.stabbur.packaging.DockerTest.strings;
import static io.stabbur.packaging.DockerTest.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.Http;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The chart, linted and rendered by Helm itself, without a cluster.
class ChartTest {
  private static final Path CHART =
      TestServer.repository().toAbsolutePath().normalize().resolve("helm/stabbur");
  private static final String URL = "https://api.example.org";

  @Test
  void theChartHasNoLint() {
    var result = new Helm(CHART).lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @Test
  void onePodRunsAsTheImagesUserOnAReadOnlyRoot() throws IOException {
    var set = render(chart()).get("StatefulSet");
    var pod = pod(set);
    var container = container(set);
    var image = Dockerfile.read(TestServer.repository().resolve("docker/Dockerfile"));
    var user = image.last("USER").rest().split(":", 2);

    assertThat(map(Objects.requireNonNull(set), "spec")).containsEntry("replicas", 1);
    assertThat(map(pod, "securityContext"))
        .containsEntry("runAsNonRoot", true)
        .containsEntry("runAsUser", Integer.valueOf(user[0]))
        .containsEntry("runAsGroup", Integer.valueOf(user[1]))
        .containsEntry("fsGroup", Integer.valueOf(user[1]));
    assertThat(map(container, "securityContext"))
        .containsEntry("readOnlyRootFilesystem", true)
        .containsEntry("allowPrivilegeEscalation", false)
        .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
    assertThat(pod)
        .containsEntry("automountServiceAccountToken", false)
        .containsEntry("enableServiceLinks", false);
    assertThat(container).containsEntry("image", "stabbur:0.1.0");
  }

  @Test
  void probesAskTheHealthEndpoints() {
    var container = container(render(chart()).get("StatefulSet"));

    assertThat(map(map(container, "livenessProbe"), "httpGet"))
        .isEqualTo(Map.of("path", "/health/liveness", "port", "http"));
    assertThat(map(map(container, "readinessProbe"), "httpGet"))
        .isEqualTo(Map.of("path", "/health/readiness", "port", "http"));
    assertThat(map(map(container, "startupProbe"), "httpGet"))
        .isEqualTo(Map.of("path", "/health/readiness", "port", "http"));
  }

  @Test
  void theVolumeIsClaimedOrGiven() {
    var own = render(chart().set("persistence.size", "20Gi")).get("StatefulSet");
    var given = render(chart().set("persistence.existingClaim", "kept")).get("StatefulSet");

    assertThat(claims(own))
        .singleElement()
        .satisfies(
            claim ->
                assertThat(map(map(claim, "spec"), "resources"))
                    .isEqualTo(Map.of("requests", Map.of("storage", "20Gi"))));
    assertThat(map(Objects.requireNonNull(given), "spec"))
        .doesNotContainKey("volumeClaimTemplates");
    assertThat(volumes(given))
        .contains(Map.of("name", "data", "persistentVolumeClaim", Map.of("claimName", "kept")));
  }

  @Test
  void keysGoIntoTheSecretAndNowhereElse() {
    var secret = "0123456789abcdef0123456789abcdef";
    var all =
        chart()
            .set("keys.jwtSecret", secret)
            .set("keys.masterKey", "another of the keys")
            .set("settings.gateway.access-log", "false")
            .call();
    var rendered = documents(all);

    var settings = map(configuration(rendered), "stabbur");
    assertThat(settings).containsEntry("public-url", URL).containsEntry("development", false);
    assertThat(map(map(settings, "projects"), "default"))
        .containsOnlyKeys("jwt-secret", "master-key");
    assertThat(map(settings, "gateway")).containsEntry("access-log", false);
    assertThat(all.split(secret, -1)).as("occurrences").hasSize(2);
  }

  @Test
  void aSecretOfOnesOwnReplacesTheCharts() {
    var rendered = render(new Helm(CHART).template().set("existingSecret", "mine"));

    assertThat(rendered).doesNotContainKey("Secret");
    assertThat(volumes(rendered.get("StatefulSet")))
        .anySatisfy(
            volume ->
                assertThat(volume.get("secret"))
                    .asString()
                    .contains("secretName=mine")
                    .contains("stabbur.yml"));
  }

  @Test
  void aSchemaAndVariablesOfOnesOwnReachThePod() {
    assertThat(container(render(chart()).get("StatefulSet"))).doesNotContainKey("env");
    var set =
        render(
                chart()
                    .set("migrationsConfigMap", "schema")
                    .set("env[0].name", "STABBUR_JAVA_OPTIONS")
                    .set("env[0].value", "-Xmx1g"))
            .get("StatefulSet");

    assertThat(volumes(set))
        .contains(Map.of("name", "migrations", "configMap", Map.of("name", "schema")));
    assertThat(list(container(set), "volumeMounts"))
        .contains(
            Map.of(
                "name",
                "migrations",
                "mountPath",
                "/opt/stabbur/supabase/migrations",
                "readOnly",
                true));
    assertThat(list(container(set), "env"))
        .containsExactly(Map.of("name", "STABBUR_JAVA_OPTIONS", "value", "-Xmx1g"));
  }

  @Test
  void ingressNamesItsHosts() {
    assertThat(render(chart())).doesNotContainKey("Ingress");
    var ingress =
        render(
                chart()
                    .set("ingress.enabled", "true")
                    .set("ingress.className", "nginx")
                    .set("ingress.tlsSecret", "tls")
                    .set("ingress.hosts[0]", "api.example.org"))
            .get("Ingress");

    var spec = map(Objects.requireNonNull(ingress), "spec");
    assertThat(spec)
        .containsEntry("ingressClassName", "nginx")
        .containsEntry(
            "tls", List.of(Map.of("secretName", "tls", "hosts", List.of("api.example.org"))));
    assertThat(list(spec, "rules"))
        .singleElement()
        .satisfies(rule -> assertThat(rule).containsEntry("host", "api.example.org"));
  }

  @Test
  void anIngressPublishesTheApisAndNothingForOperators() {
    var ingress =
        render(chart().set("ingress.enabled", "true").set("ingress.hosts[0]", "api.example.org"))
            .get("Ingress");
    var rule = list(map(Objects.requireNonNull(ingress), "spec"), "rules").getFirst();
    var paths = list(map(rule, "http"), "paths").stream().map(path -> path.get("path")).toList();

    assertThat(paths)
        .contains("/rest/v1", "/auth/v1", "/storage/v1", "/health")
        .doesNotContain("/", "/metrics", "/alerts");
  }

  @Test
  void behindAnIngressPeopleAreCountedByTheirOwnAddresses() {
    var one = configuration(render(chart().set("ingress.enabled", "true")));
    var two =
        configuration(
            render(
                chart().set("ingress.enabled", "true").set("settings.auth.trusted-proxies", "2")));

    assertThat(map(map(one, "stabbur"), "auth")).containsEntry("trusted-proxies", 1);
    assertThat(map(map(two, "stabbur"), "auth")).containsEntry("trusted-proxies", 2);
    assertThat(map(configuration(render(chart())), "stabbur")).doesNotContainKey("auth");
  }

  @Test
  void wrongValuesAreRefused() {
    assertThatThrownBy(() -> new Helm(CHART).template().call())
        .hasMessageContaining("publicUrl is needed");
    assertThatThrownBy(() -> chart().set("persistance.size", "1Gi").call())
        .hasMessageContaining("persistance");
    assertThatThrownBy(() -> chart().set("keys.jwtSecret", "short").call())
        .hasMessageContaining("jwtSecret");
  }

  @Test
  void theRenderedSettingsAndArgumentsServe() throws IOException, InterruptedException {
    var rendered = render(chart().set("keys.jwtSecret", "0123456789abcdef0123456789abcdef"));
    var folder = TestServer.newFolder();
    DataTemplate.BASE.copyTo(folder.resolve("data"));
    var file = folder.resolve("stabbur.yml");
    Files.writeString(file, configurationText(rendered));
    int port = TestServer.freePort();
    var arguments = new ArrayList<String>();
    for (var argument : strings(container(rendered.get("StatefulSet")), "args")) {
      arguments.add(
          argument
              .replace("/etc/stabbur/stabbur.yml", file.toString())
              .replace("/var/lib/stabbur/data", folder.resolve("data").toString()));
    }
    arguments.add("--port=" + port);

    try (var pod = Launched.start(TestServer.repository(), arguments.toArray(String[]::new))) {
      pod.awaitReady();

      assertThat(Http.get("http://127.0.0.1:" + port + "/health/readiness").statusCode())
          .isEqualTo(200);
      assertThat(pod.output()).contains(URL);
    }
  }

  private static TemplateCommand chart() {
    return new Helm(CHART).template().withName("stabbur").set("publicUrl", URL);
  }

  /// The rendered objects by kind; the chart has one of each.
  private static Map<String, Map<String, Object>> render(TemplateCommand command) {
    return documents(command.call());
  }

  private static Map<String, Map<String, Object>> documents(String rendered) {
    var objects = new HashMap<String, Map<String, Object>>();
    for (var document : rendered.split("(?m)^---\n", -1)) {
      if (!document.isBlank()) {
        var object = yaml(document);
        assertThat(objects.put(String.valueOf(object.get("kind")), object)).isNull();
      }
    }
    return objects;
  }

  private static Map<String, Object> configuration(Map<String, Map<String, Object>> rendered) {
    return yaml(configurationText(rendered));
  }

  private static String configurationText(Map<String, Map<String, Object>> rendered) {
    var secret = Objects.requireNonNull(rendered.get("Secret"));
    return String.valueOf(map(secret, "stringData").get("stabbur.yml"));
  }

  private static Map<String, Object> pod(@Nullable Map<String, Object> set) {
    return map(map(map(Objects.requireNonNull(set), "spec"), "template"), "spec");
  }

  private static Map<String, Object> container(@Nullable Map<String, Object> set) {
    return list(pod(set), "containers").getFirst();
  }

  private static List<Map<String, Object>> volumes(@Nullable Map<String, Object> set) {
    return list(pod(set), "volumes");
  }

  private static List<Map<String, Object>> claims(@Nullable Map<String, Object> set) {
    return list(map(Objects.requireNonNull(set), "spec"), "volumeClaimTemplates");
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> list(Map<String, Object> parent, String key) {
    return (List<Map<String, Object>>) Objects.requireNonNull(parent.get(key), key);
  }
}
