package io.stabbur.packaging;

import static io.stabbur.packaging.DockerTest.map;
import static io.stabbur.packaging.DockerTest.strings;
import static io.stabbur.packaging.DockerTest.yaml;
import static io.stabbur.packaging.Rendered.containerOf;
import static io.stabbur.packaging.Rendered.list;
import static io.stabbur.packaging.Rendered.podOf;
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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The chart, linted and rendered by Helm itself, without a cluster.
class ChartTest {
  private static final Path CHART =
      TestServer.repository().toAbsolutePath().normalize().resolve("helm/stabbur");

  /// What is rendered: in a copy hooks are ordinary objects, which Helm's library leaves out else.
  private static final Path RENDERED = Rendered.withHooks(CHART);

  private static final String URL = "https://api.example.org";

  static List<Path> examples() throws IOException {
    try (var files = Files.list(CHART.resolve("examples"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void theChartHasNoLint() {
    var result = new Helm(CHART).lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleIsRenderedTwiceTheSame(Path example) throws IOException {
    var one = example(example).call();
    var two = example(example).call();

    // where a job of the night validates it against Kubernetes' schemas
    var folder = Files.createDirectories(Path.of("target/chart"));
    Files.writeString(folder.resolve(example.getFileName()), Rendered.of(example(example)).text());

    assertThat(one).isEqualTo(two).contains("kind: Service\n");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyPodIsAllowedByThePolicyRestricted(Path example) {
    var rendered = Rendered.of(example(example));

    assertThat(rendered.pods()).isNotEmpty();
    rendered
        .pods()
        .forEach((name, pod) -> assertThat(RestrictedPolicy.breaches(pod)).as(name).isEmpty());
  }

  @Test
  void theJudgeOfThePolicyFindsBreaches() {
    var loose =
        Rendered.of(
            chart()
                .set("containerSecurityContext.allowPrivilegeEscalation", "true")
                .set("podSecurityContext.runAsNonRoot", "false")
                .set("podSecurityContext.seccompProfile.type", "Unconfined")
                .set("extraVolumes[0].name", "host")
                .set("extraVolumes[0].hostPath.path", "/"));

    assertThat(RestrictedPolicy.breaches(podOf(loose.server()))).hasSize(4);
  }

  @Test
  void onlyTheKeysJobGetsATokenOfTheCluster() throws IOException {
    for (var example : examples()) {
      Rendered.of(example(example))
          .pods()
          .forEach(
              (name, pod) ->
                  assertThat(pod.get("automountServiceAccountToken"))
                      .as("%s in %s", name, example)
                      .isEqualTo(name.startsWith("Job/") && name.endsWith("-keys")));
    }
  }

  @Test
  void onePodRunsAsTheImagesUserOnAReadOnlyRoot() throws IOException {
    var set = render(chart()).get("StatefulSet");
    var container = containerOf(set);
    var image = Dockerfile.read(TestServer.repository().resolve("docker/Dockerfile"));
    var user = image.last("USER").rest().split(":", 2);

    assertThat(map(set, "spec")).containsEntry("replicas", 1);
    assertThat(map(podOf(set), "securityContext"))
        .containsEntry("runAsNonRoot", true)
        .containsEntry("runAsUser", Integer.valueOf(user[0]))
        .containsEntry("runAsGroup", Integer.valueOf(user[1]));
    assertThat(map(container, "securityContext"))
        .containsEntry("readOnlyRootFilesystem", true)
        .containsEntry("allowPrivilegeEscalation", false)
        .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
    assertThat(podOf(set)).containsEntry("enableServiceLinks", false);
    assertThat(container).containsEntry("image", "stabbur:0.1.0");
  }

  @Test
  void onOpenshiftThePlatformChoosesTheUser() {
    var pod = podOf(render(chart().set("openshift", "true")).server());

    assertThat(map(pod, "securityContext"))
        .containsEntry("runAsNonRoot", true)
        .doesNotContainKeys("runAsUser", "runAsGroup", "fsGroup");
  }

  @Test
  void probesAskTheHealthEndpoints() {
    var container = containerOf(render(chart()).server());

    assertThat(map(map(container, "livenessProbe"), "httpGet"))
        .isEqualTo(Map.of("path", "/health/liveness", "port", "http"));
    assertThat(map(map(container, "readinessProbe"), "httpGet"))
        .isEqualTo(Map.of("path", "/health/readiness", "port", "http"));
    assertThat(map(map(container, "startupProbe"), "httpGet"))
        .isEqualTo(Map.of("path", "/health/startup", "port", "http"));
  }

  @Test
  void theVolumeIsClaimedOrGiven() {
    var own = render(chart().set("persistence.size", "20Gi")).get("StatefulSet");
    var given = render(chart().set("persistence.existingClaim", "kept")).get("StatefulSet");

    assertThat(list(map(own, "spec"), "volumeClaimTemplates"))
        .singleElement()
        .satisfies(
            claim ->
                assertThat(map(map(claim, "spec"), "resources"))
                    .isEqualTo(Map.of("requests", Map.of("storage", "20Gi"))));
    assertThat(map(given, "spec")).doesNotContainKey("volumeClaimTemplates");
    assertThat(list(podOf(given), "volumes"))
        .contains(Map.of("name", "data", "persistentVolumeClaim", Map.of("claimName", "kept")));
  }

  @Test
  void severalPodsShareADatabaseABucketAndKeys() {
    var rendered = render(dedicated().set("replicaCount", "3"));
    var deployment = rendered.get("Deployment");
    var container = containerOf(deployment);

    assertThat(map(deployment, "spec")).containsEntry("replicas", 3);
    assertThat(rendered.has("StatefulSet")).isFalse();
    assertThat(rendered.has("PodDisruptionBudget")).isTrue();
    assertThat(strings(container, "args")).contains("--keys=/etc/stabbur/keys");
    assertThat(list(podOf(deployment), "volumes"))
        .anySatisfy(
            volume -> assertThat(String.valueOf(volume.get("secret"))).contains("stabbur-keys"));
    assertThat(map(map(map(yaml(rendered.configuration()), "stabbur"), "projects"), "default"))
        .containsEntry("database-url", "postgresql://db.example.org:5432/postgres")
        .containsEntry("admin-password", "${STABBUR_ADMIN_PASSWORD}")
        .containsEntry("store-bucket", "files");
    assertThat(list(container, "env"))
        .extracting(variable -> variable.get("name"))
        .contains("STABBUR_ADMIN_PASSWORD", "STABBUR_API_PASSWORD");
  }

  @Test
  void keysAreMadeByAJobAndByNothingThatChangesWithEachRendering() throws IOException {
    var job = render(dedicated().set("keys.generate.projects[0]", "other")).get("Job", "-keys");

    assertThat(map(map(job, "metadata"), "annotations"))
        .containsEntry("helm.sh/hook", "pre-install,pre-upgrade");
    assertThat(strings(containerOf(job), "args"))
        .containsExactly("keys", "generate", "--kubernetes-secret=stabbur-keys", "--project=other");
    assertThat(render(dedicated().set("keys.existingSecret", "mine")).find("Job", "-keys"))
        .isEmpty();
    try (var files = Files.walk(CHART.resolve("templates"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file))
            .as("%s", file)
            .doesNotContainPattern(
                "\\b(lookup|rand[A-Z]\\w+|genCA|genSignedCert|uuidv4|now)\\b *[ (\"]");
      }
    }
  }

  @Test
  void theMigrationJobHasTheSettingsOfThePodsAndTheyMigrateNoMore() {
    var rendered = render(dedicated().set("migrations.job.enabled", "true"));
    var job = rendered.get("Job", "-migrate");

    assertThat(map(yaml(rendered.configuration()), "stabbur")).containsEntry("migrate", false);
    assertThat(map(rendered.get("Secret", "-migrate"), "stringData"))
        .containsEntry("stabbur.yml", rendered.configuration());
    assertThat(map(map(job, "metadata"), "annotations"))
        .containsEntry("helm.sh/hook", "pre-install,pre-upgrade");
    assertThat(strings(containerOf(job), "args")).startsWith("migrate");
  }

  @Test
  void keysGoIntoTheSecretAndNowhereElse() {
    var secret = "0123456789abcdef0123456789abcdef";
    var rendered =
        render(
            chart()
                .set("keys.jwtSecret", secret)
                .set("keys.masterKey", "another of the keys")
                .set("settings.gateway.access-log", "false"));

    var settings = map(yaml(rendered.configuration()), "stabbur");
    assertThat(settings).containsEntry("public-url", URL).containsEntry("development", false);
    assertThat(map(map(settings, "projects"), "default"))
        .containsOnlyKeys("jwt-secret", "master-key");
    assertThat(map(settings, "gateway")).containsEntry("access-log", false);
    assertThat(rendered.text().split(secret, -1)).as("occurrences").hasSize(2);
  }

  @Test
  void aSecretOfOnesOwnReplacesTheCharts() {
    var rendered = render(new Helm(RENDERED).template().set("existingSecret", "mine"));

    assertThat(rendered.has("Secret")).isFalse();
    assertThat(list(podOf(rendered.server()), "volumes"))
        .anySatisfy(
            volume ->
                assertThat(volume.get("secret"))
                    .asString()
                    .contains("secretName=mine")
                    .contains("stabbur.yml"));
  }

  @Test
  void aSchemaAndVariablesOfOnesOwnReachThePod() {
    assertThat(containerOf(render(chart()).server())).doesNotContainKey("env");
    var set =
        render(
                chart()
                    .set("migrations.configMap", "schema")
                    .set("env[0].name", "STABBUR_JAVA_OPTIONS")
                    .set("env[0].value", "-Xmx1g"))
            .server();

    assertThat(list(podOf(set), "volumes"))
        .contains(Map.of("name", "migrations", "configMap", Map.of("name", "schema")));
    assertThat(list(containerOf(set), "volumeMounts"))
        .contains(
            Map.of(
                "name",
                "migrations",
                "mountPath",
                "/opt/stabbur/supabase/migrations",
                "readOnly",
                true));
    assertThat(list(containerOf(set), "env"))
        .containsExactly(Map.of("name", "STABBUR_JAVA_OPTIONS", "value", "-Xmx1g"));
  }

  @Test
  void whatIsAddedByOthersReachesThePodAndTheRelease() {
    var rendered =
        render(
            chart()
                .set("extraArgs[0]", "--demo")
                .set("extraContainers[0].name", "side")
                .set("extraInitContainers[0].name", "before")
                .set("extraVolumes[0].name", "more")
                .set("extraVolumeMounts[0].name", "more")
                .set("extraVolumeMounts[0].mountPath", "/more")
                .set("extraEnvFrom[0].secretRef.name", "vars")
                .set("extraObjects[0].kind", "ConfigMap")
                .set("extraObjects[0].metadata.name", "{{ .Release.Name }}-mine"));
    var pod = podOf(rendered.server());

    assertThat(strings(containerOf(rendered.server()), "args")).contains("--demo");
    assertThat(list(pod, "containers")).hasSize(2);
    assertThat(list(pod, "initContainers")).hasSize(1);
    assertThat(list(pod, "volumes")).contains(Map.of("name", "more"));
    assertThat(containerOf(rendered.server()))
        .containsEntry("envFrom", List.of(Map.of("secretRef", Map.of("name", "vars"))));
    assertThat(rendered.find("ConfigMap", "stabbur-mine")).isPresent();
  }

  @Test
  void ingressAndRouteNameTheirHostsAndNothingForOperators() {
    assertThat(render(chart()).has("Ingress")).isFalse();
    var rendered =
        render(
            chart()
                .set("ingress.enabled", "true")
                .set("ingress.className", "nginx")
                .set("ingress.tlsSecret", "tls")
                .set("ingress.hosts[0]", "api.example.org")
                .set("httpRoute.enabled", "true")
                .set("httpRoute.parentRefs[0].name", "public")
                .set("httpRoute.hostnames[0]", "api.example.org"));

    var spec = map(rendered.get("Ingress"), "spec");
    assertThat(spec)
        .containsEntry("ingressClassName", "nginx")
        .containsEntry(
            "tls", List.of(Map.of("secretName", "tls", "hosts", List.of("api.example.org"))));
    var rule = list(spec, "rules").getFirst();
    assertThat(rule).containsEntry("host", "api.example.org");
    assertThat(list(map(rule, "http"), "paths").stream().map(path -> path.get("path")).toList())
        .contains("/rest/v1", "/auth/v1", "/storage/v1", "/health")
        .doesNotContain("/", "/metrics", "/alerts");
    var route = map(rendered.get("HTTPRoute"), "spec");
    assertThat(route.get("hostnames")).isEqualTo(List.of("api.example.org"));
    assertThat(list(list(route, "rules").getFirst(), "matches").toString())
        .contains("/rest/v1")
        .doesNotContain("/metrics");
  }

  @Test
  void behindAnIngressPeopleAreCountedByTheirOwnAddresses() {
    var one = settings(render(behindIngress()));
    var two = settings(render(behindIngress().set("settings.auth.trusted-proxies", "2")));

    assertThat(map(one, "auth")).containsEntry("trusted-proxies", 1);
    assertThat(map(two, "auth")).containsEntry("trusted-proxies", 2);
    assertThat(settings(render(chart()))).doesNotContainKey("auth");
  }

  @Test
  void aClusterOfCloudNativePgIsReachedByVerifiedTls() {
    var rendered =
        render(chart().set("database.kind", "cloudnativepg").set("objectStore.bucket", "files"));

    assertThat(map(rendered.get("Cluster"), "spec"))
        .containsEntry("instances", 3)
        .containsEntry("enableSuperuserAccess", true);
    assertThat(rendered.configuration())
        .contains(
            "postgresql://stabbur-database-rw:5432/stabbur?sslmode=verify-full&sslrootcert=/etc/stabbur/database-tls/ca.crt");
    assertThat(rendered.text()).contains("secretName: stabbur-database-ca");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "publicUrl= | publicUrl is needed: the address clients use",
        "replicaCount=2 | belongs to one pod: set replicaCount to 1",
        "autoscaling.enabled=true | belongs to one pod",
        "migrations.job.enabled=true | A migration Job cannot reach a Postgres inside the pod",
        "database.kind=external | name it in database.external.existingSecret",
        "database.kind=cloudnativepg | files need a bucket: set objectStore.bucket",
        "database.external.url=postgresql://db/x | database.kind is not external",
        "preStopSeconds=60 | must be less than terminationGracePeriodSeconds",
        "ingress.enabled=true | ingress.hosts is needed",
        "httpRoute.enabled=true | name your gateway",
        "metrics.serviceMonitor.enabled=true | name it in metrics.existingSecret",
        "valkey.enabled=true | Valkey's password is in the Secret of the keys",
        "persistance.size=1Gi | persistance",
        "keys.jwtSecret=short | jwtSecret",
        "database.kind=oracle | database",
        "publicUrl=https://api.example.org/ | publicUrl",
      })
  void whatCannotWorkIsRefused(String value, String words) {
    var parts = value.split("=", 2);

    assertThatThrownBy(() -> chart().set(parts[0], parts[1]).call()).hasMessageContaining(words);
  }

  @Test
  @Tag("nightly")
  void theRenderedSettingsAndArgumentsServe() throws IOException, InterruptedException {
    var rendered = render(chart().set("keys.jwtSecret", "0123456789abcdef0123456789abcdef"));
    var folder = TestServer.newFolder();
    DataTemplate.BASE.copyTo(folder.resolve("data"));
    var file = folder.resolve("stabbur.yml");
    Files.writeString(file, rendered.configuration());
    int port = TestServer.freePort();
    var arguments = new ArrayList<String>();
    for (var argument : strings(containerOf(rendered.server()), "args")) {
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
    return new Helm(RENDERED).template().withName("stabbur").set("publicUrl", URL);
  }

  private static TemplateCommand dedicated() {
    return chart()
        .set("database.kind", "external")
        .set("database.external.url", "postgresql://db.example.org:5432/postgres")
        .set("database.external.existingSecret", "passwords")
        .set("objectStore.bucket", "files");
  }

  private static TemplateCommand behindIngress() {
    return chart().set("ingress.enabled", "true").set("ingress.hosts[0]", "api.example.org");
  }

  private static TemplateCommand example(Path values) {
    return new Helm(RENDERED).template().withName("stabbur").withValuesFile(values);
  }

  private static Rendered render(TemplateCommand command) {
    return Rendered.of(command);
  }

  private static Map<String, Object> settings(Rendered rendered) {
    return map(yaml(rendered.configuration()), "stabbur");
  }
}
