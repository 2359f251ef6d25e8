package io.stabbur.project;

import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import io.micronaut.core.bind.annotation.Bindable;
import io.stabbur.platform.error.StartFailure;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One project, under `stabbur.projects.<name>`. Without a `database-url` it is the embedded one.
///
/// @param name the project's name, also its reference in keys
/// @param hosts host names whose requests are for this project
/// @param publicUrl the address its clients use; the appliance's own when absent
/// @param databaseUrl `postgresql://host:port/name` of a dedicated Postgres or a hosted project; a
///   user and a password in it are taken out and become the administrator's
/// @param databasePort the port of the embedded Postgres; a free one when absent
/// @param adminUser the role that runs migrations
/// @param apiUser the role that serves requests; it needs no rights of its own
/// @param apiConnections most connections for requests
/// @param adminConnections most connections for sign-ins, migrations and upkeep
/// @param connectionWait longest wait for a free connection
/// @param connectionShare percentage of the connections that one caller or organisation may use
///   while others are active
/// @param connectionQueue most requests of one caller that wait for a connection
/// @param statementTimeout longest statement of a request where the database sets no limit for its
///   role; zero for none
/// @param prepare whether the schemas and roles Stabbur needs are made; without them only the data
///   API serves
/// @param masterKey what the keys of personal data come from; in keys.json when absent
/// @param signingKeys keys that tokens are signed with, brought from elsewhere: JWKs, or a file of
///   them
/// @param readUrls streaming standbys of the database that answer reads; without user and password
/// @param requestRate most requests a second; zero for no limit
/// @param bodyLimit most bytes of a body that is held in memory, if that is less than the gateway's
///   limit; zero for the gateway's
/// @param fileSizeLimit most bytes of one object, if that is less than the storage's limit; zero
///   for the storage's
/// @param storageBytes most bytes of all objects; zero for no limit
/// @param poolerUrl a pooler in transaction mode before the database, by which requests go
/// @param hostedUrl the address of a hosted project that serves parts of this one
/// @param hostedParts what it serves: `auth`, `storage`, `realtime`, `functions`
/// @param hostedTimeout how long it may take to begin an answer
/// @param hostedSocketLimit how long a WebSocket to it may last
/// @param storeBucket keeps objects in this bucket of an S3 store instead of the local folder
@EachProperty("stabbur.projects")
public record ProjectSettings(
    @Parameter String name,
    @Bindable(defaultValue = "") List<String> hosts,
    @Nullable URI publicUrl,
    @Nullable String databaseUrl,
    @Nullable Integer databasePort,
    @Bindable(defaultValue = "postgres") String adminUser,
    @Nullable String adminPassword,
    @Bindable(defaultValue = "authenticator") String apiUser,
    @Nullable String apiPassword,
    @Bindable(defaultValue = "10") int apiConnections,
    @Bindable(defaultValue = "10") int adminConnections,
    @Bindable(defaultValue = "10s") Duration connectionWait,
    @Bindable(defaultValue = "33") int connectionShare,
    @Bindable(defaultValue = "200") int connectionQueue,
    @Bindable(defaultValue = "30s") Duration statementTimeout,
    @Nullable String jwtSecret,
    @Nullable String signingKeys,
    @Nullable String anonKey,
    @Nullable String serviceRoleKey,
    @Nullable String publishableKey,
    @Nullable String secretKey,
    @Nullable String masterKey,
    @Nullable URI storeEndpoint,
    @Nullable String storeBucket,
    @Bindable(defaultValue = "us-east-1") String storeRegion,
    @Nullable String storeAccessKeyId,
    @Nullable String storeSecretAccessKey,
    @Bindable(defaultValue = "true") boolean storePathStyle,
    @Bindable(defaultValue = "true") boolean prepare,
    @Bindable(defaultValue = "") List<String> readUrls,
    @Bindable(defaultValue = "0") int requestRate,
    @Bindable(defaultValue = "0") long bodyLimit,
    @Bindable(defaultValue = "0") long fileSizeLimit,
    @Bindable(defaultValue = "0") long storageBytes,
    @Nullable String poolerUrl,
    @Nullable URI hostedUrl,
    @Bindable(defaultValue = "") List<String> hostedParts,
    @Bindable(defaultValue = "150s") Duration hostedTimeout,
    @Bindable(defaultValue = "24h") Duration hostedSocketLimit) {

  /// A list that nobody set is bound as one blank entry. From here on the database's address is the
  /// driver's, without user and password, so that it may be shown.
  public ProjectSettings {
    hosts = hosts.stream().filter(host -> !host.isBlank()).toList();
    readUrls = readUrls.stream().filter(url -> !url.isBlank()).map(DatabaseUrl::standby).toList();
    hostedParts = hostedParts.stream().map(String::strip).filter(part -> !part.isEmpty()).toList();
    HostedPart.require(hostedParts, hostedUrl);
    HostedPart.requireTime("hosted-timeout", hostedTimeout);
    HostedPart.requireTime("hosted-socket-limit", hostedSocketLimit);
    poolerUrl = poolerUrl == null ? null : DatabaseUrl.pooler(poolerUrl);
    // a pooler may ask another session where the log stands than the one that wrote
    if (poolerUrl != null && !readUrls.isEmpty()) {
      throw new StartFailure(
          "A project has a pooler-url or read-urls, not both: through a pooler in transaction mode"
              + " it is not known what a replica must have before it may answer.");
    }
    if (databaseUrl != null) {
      var url = DatabaseUrl.parse(databaseUrl);
      databaseUrl = url.jdbc();
      adminUser = url.user() == null ? adminUser : url.user();
      adminPassword = url.password() == null ? adminPassword : url.password().reveal();
    }
  }

  /// The settings of an embedded project of which only the name and the hosts are known.
  public static ProjectSettings embedded(String name, String... hosts) {
    return new ProjectSettings(
        name,
        List.of(hosts),
        null,
        null,
        null,
        "postgres",
        null,
        "authenticator",
        null,
        10,
        10,
        Duration.ofSeconds(10),
        33,
        200,
        Duration.ofSeconds(30),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        "us-east-1",
        null,
        null,
        true,
        true,
        List.of(),
        0,
        0,
        0,
        0,
        null,
        null,
        List.of(),
        Duration.ofSeconds(150),
        Duration.ofHours(24));
  }

  /// The same settings for another database.
  public ProjectSettings elsewhere(String url) {
    var way = new TreeMap<>(Map.of("database-url", url, "api-user", apiUser));
    if (apiPassword != null) {
      way.put("api-password", apiPassword);
    }
    return onServerOf(SettingsForm.read(name, way));
  }

  /// The same settings with the other's way to the database.
  ProjectSettings onServerOf(ProjectSettings other) {
    return new ProjectSettings(
        name,
        hosts,
        publicUrl,
        other.databaseUrl,
        other.databasePort,
        other.adminUser,
        other.adminPassword,
        apiUser,
        other.apiPassword,
        apiConnections,
        adminConnections,
        connectionWait,
        connectionShare,
        connectionQueue,
        statementTimeout,
        jwtSecret,
        signingKeys,
        anonKey,
        serviceRoleKey,
        publishableKey,
        secretKey,
        masterKey,
        storeEndpoint,
        storeBucket,
        storeRegion,
        storeAccessKeyId,
        storeSecretAccessKey,
        storePathStyle,
        prepare,
        other.readUrls,
        requestRate,
        bodyLimit,
        fileSizeLimit,
        storageBytes,
        other.poolerUrl,
        hostedUrl,
        hostedParts,
        hostedTimeout,
        hostedSocketLimit);
  }

  /// The settings of a restored copy: embedded, on any port, with its own folder of files.
  ProjectSettings forCopy() {
    return new ProjectSettings(
        name,
        List.of(),
        publicUrl,
        null,
        null,
        adminUser,
        null,
        apiUser,
        null,
        2,
        4,
        connectionWait,
        connectionShare,
        connectionQueue,
        statementTimeout,
        jwtSecret,
        signingKeys,
        anonKey,
        serviceRoleKey,
        publishableKey,
        secretKey,
        masterKey,
        null,
        null,
        storeRegion,
        null,
        null,
        storePathStyle,
        true,
        List.of(),
        0,
        0,
        0,
        0,
        null,
        null,
        List.of(),
        hostedTimeout,
        hostedSocketLimit);
  }

  /// A limit of the whole server, or the project's own where that is less.
  public static long least(long server, long own) {
    return own > 0 ? Math.min(server, own) : server;
  }

  /// Whether requests of a path are sent on to the hosted project.
  ///
  /// @param path such as `/auth/v1/user`
  public boolean sendsOn(String path) {
    return !hostedParts.isEmpty()
        && HostedPart.at(path).filter(part -> hostedParts.contains(part.setting())).isPresent();
  }

  /// Whether a text is an API key that an operator brought along.
  public boolean isBrought(String key) {
    return Arrays.stream(ApiKey.Kind.values()).map(this::apiKey).anyMatch(key::equals);
  }

  /// The API key an operator brought along, which a rotation cannot replace.
  @Nullable String apiKey(ApiKey.Kind kind) {
    return switch (kind) {
      case ANON -> anonKey;
      case SERVICE_ROLE -> serviceRoleKey;
      case PUBLISHABLE -> publishableKey;
      case SECRET -> secretKey;
    };
  }

  public boolean isEmbedded() {
    return databaseUrl == null;
  }
}
