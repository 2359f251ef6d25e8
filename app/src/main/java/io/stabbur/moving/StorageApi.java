package io.stabbur.moving;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A project's Storage API, used with its service key.
public final class StorageApi implements FileSource {
  private static final String PATH = "/storage/v1";
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int LONGEST_REASON = 300;
  private final URI base;
  private final Secret key;
  private final Optional<String> host;
  private final HttpClient client;

  /// @param url of the project or of the API itself, such as `https://REF.supabase.co`
  public StorageApi(String url, Secret key) {
    this(url, key, Optional.empty());
  }

  /// @param host by which the server at that address finds the project; the JVM must let its client
  ///   set one
  public StorageApi(String url, Secret key, Optional<String> host) {
    this(url, key, host, HttpClient.newBuilder());
  }

  private StorageApi(String url, Secret key, Optional<String> host, HttpClient.Builder client) {
    this.host = host;
    this.client =
        client.version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(15)).build();
    var plain = url.replaceFirst("/+$", "");
    try {
      this.base = URI.create(plain.endsWith(PATH) ? plain : plain + PATH);
    } catch (IllegalArgumentException e) {
      throw new StartFailure("A storage-url must look like https://ref.supabase.co.", e);
    }
    if (base.getHost() == null) {
      throw new StartFailure("A storage-url must look like https://ref.supabase.co.");
    }
    this.key = key;
  }

  /// The API of a project that the server at an address finds by its host. It is asked as a proxy
  /// is asked, by requests that name the host: clients set no other host by themselves.
  public static StorageApi at(InetSocketAddress server, String host, Secret key) {
    var client = HttpClient.newBuilder().proxy(ProxySelector.of(server));
    return new StorageApi("http://" + host, key, Optional.empty(), client);
  }

  /// Refuses a key or an address that are not a project's.
  void check() {
    try {
      var answer = client.send(request("/bucket").GET().build(), BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new StartFailure(
            "The Storage API at %s answers %d to this service key; check the address and the key."
                .formatted(base.getHost(), answer.statusCode()));
      }
    } catch (IOException e) {
      throw new StartFailure(
          "The Storage API at %s does not answer; check the address.".formatted(base.getHost()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("Interrupted; run the command again to go on.", e);
    }
  }

  @Override
  public Optional<Content> open(StoredFile file) throws IOException, InterruptedException {
    var answer =
        client.send(
            request("/object/authenticated/" + path(file)).GET().build(),
            BodyHandlers.ofInputStream());
    if (answer.statusCode() == 200) {
      return Optional.of(
          new Content(
              answer.body(), answer.headers().firstValueAsLong("content-length").orElse(-1)));
    }
    var reason = reason(answer);
    if (answer.statusCode() == 404
        || reason.contains("not found")
        || reason.contains("not_found")) {
      return Optional.empty();
    }
    throw new IOException("The Storage API answers %d.".formatted(answer.statusCode()));
  }

  /// Replaces the bytes of a file whose row is there.
  ///
  /// @return why it was refused; empty where it was stored
  Optional<String> write(StoredFile file, Content content, String type, String cacheControl)
      throws IOException, InterruptedException {
    var bytes = BodyPublishers.ofInputStream(content::bytes);
    var body =
        content.length() == 0
            ? BodyPublishers.noBody()
            : content.length() < 0 ? bytes : BodyPublishers.fromPublisher(bytes, content.length());
    var request =
        request("/object/" + path(file))
            .header("content-type", type)
            .header("cache-control", cacheControl)
            .header("x-upsert", "true")
            .POST(body)
            .build();
    var answer = client.send(request, BodyHandlers.ofInputStream());
    var reason = reason(answer);
    if (answer.statusCode() < 300) {
      return Optional.empty();
    }
    if (answer.statusCode() >= 500 || answer.statusCode() == 429) {
      throw new IOException("The Storage API answers %d.".formatted(answer.statusCode()));
    }
    return Optional.of("%d %s".formatted(answer.statusCode(), message(reason)));
  }

  private static String message(String body) {
    try {
      var message = Json.parse(body).get("message");
      return message == null ? "" : message.coerceStringValue();
    } catch (RuntimeException e) {
      return "";
    }
  }

  private static String reason(HttpResponse<InputStream> answer) throws IOException {
    try (var body = answer.body()) {
      return new String(body.readNBytes(LONGEST_REASON * 4), StandardCharsets.UTF_8);
    }
  }

  private HttpRequest.Builder request(String path) {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(PATIENCE)
            .header("apikey", key.reveal());
    host.ifPresent(name -> request.header("Host", name));
    // a secret key of the newer kind is no token
    return key.reveal().startsWith("sb_")
        ? request
        : request.header("Authorization", "Bearer " + key.reveal());
  }

  private static String path(StoredFile file) {
    return Stream.concat(Stream.of(file.bucket()), Stream.of(file.name().split("/", -1)))
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }

  @Override
  public void close() {
    client.close();
  }
}
