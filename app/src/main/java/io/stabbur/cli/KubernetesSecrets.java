package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The Secrets of the namespace that this process runs in, by the account of its pod. Knows as much
/// of Kubernetes' API as it takes to make one.
///
/// @param api the address of the API
/// @param account the folder with the account's `token`, `ca.crt` and `namespace`
record KubernetesSecrets(URI api, Path account) {
  private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int CREATED = 201;
  private static final int EXISTS = 409;

  static KubernetesSecrets ofThisPod() {
    var host = System.getenv("KUBERNETES_SERVICE_HOST");
    var port = System.getenv().getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    if (host == null || !Files.isReadable(ACCOUNT.resolve("token"))) {
      throw new StartFailure(
          "No Kubernetes account is at hand: --kubernetes-secret works in a pod whose account's token is mounted; elsewhere use --to.");
    }
    var address = host.contains(":") ? "[" + host + "]" : host;
    return new KubernetesSecrets(URI.create("https://" + address + ":" + port), ACCOUNT);
  }

  /// Makes a Secret.
  ///
  /// @return false where there is one of that name already, which stays as it is
  boolean create(String name, Map<String, String> content) throws InterruptedException {
    try (var client = client()) {
      var request =
          HttpRequest.newBuilder(
                  api.resolve("/api/v1/namespaces/" + text("namespace") + "/secrets"))
              .timeout(PATIENCE)
              .header("Authorization", "Bearer " + text("token"))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body(name, content)))
              .build();
      var status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return switch (status) {
        case CREATED -> true;
        case EXISTS -> false;
        default ->
            throw new StartFailure(
                "Kubernetes refused to make the Secret %s (status %d); let the pod's account create secrets in its namespace."
                    .formatted(name, status));
      };
    } catch (IOException | GeneralSecurityException e) {
      throw new StartFailure(
          "Kubernetes' API at %s cannot be asked: %s".formatted(api, e.getMessage()), e);
    }
  }

  private static String body(String name, Map<String, String> content) {
    var data = new LinkedHashMap<String, JsonNode>();
    content.forEach(
        (key, value) ->
            data.put(
                key,
                JsonNode.createStringNode(
                    Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)))));
    return Json.write(
        JsonNode.createObjectNode(
            Map.of(
                "apiVersion", JsonNode.createStringNode("v1"),
                "kind", JsonNode.createStringNode("Secret"),
                "type", JsonNode.createStringNode("Opaque"),
                "metadata",
                    JsonNode.createObjectNode(Map.of("name", JsonNode.createStringNode(name))),
                "data", JsonNode.createObjectNode(data))));
  }

  private String text(String file) throws IOException {
    return Files.readString(account.resolve(file)).strip();
  }

  private HttpClient client() throws IOException, GeneralSecurityException {
    var builder = HttpClient.newBuilder().connectTimeout(PATIENCE);
    return (api.getScheme().equals("https") ? builder.sslContext(trust()) : builder).build();
  }

  /// Nobody but the cluster's own authority is believed.
  private SSLContext trust() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(account.resolve("ca.crt"))) {
      int number = 0;
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + number++, certificate);
      }
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
