package io.stabbur.auth.saml;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Row;
import io.stabbur.platform.client.OutboundCalls;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Adds and changes identity providers.
@Singleton
final class SsoAdministration {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private final OutboundCalls calls = new OutboundCalls(Duration.ofSeconds(3));

  /// Metadata as given, or as found at its address.
  private record Described(IdpMetadata metadata, String xml, @Nullable String url) {}

  JsonNode create(AuthRequest authRequest, JsonBody body) {
    if (!body.text("type").equals("saml")) {
      throw AuthError.invalid("Only 'saml' supported for SSO provider type");
    }
    var described =
        described(body)
            .orElseThrow(
                () -> AuthError.invalid("Either metadata_xml or metadata_url must be set"));
    var id = UUID.randomUUID();
    return authRequest.write(
        tx -> {
          var providers = new SsoProviders(tx);
          providers.insert(
              id, body.maybeText("resource_id").orElse(null), body.flag("disabled", false));
          write(providers, id, described, body, body.object("attribute_mapping"), null);
          providers.domains(id, body.texts("domains"));
          return providers.get(id.toString()).json();
        });
  }

  JsonNode update(AuthRequest authRequest, String name, JsonBody body) {
    var given = described(body);
    return authRequest.write(
        tx -> {
          var providers = new SsoProviders(tx);
          var before = providers.get(name);
          var id = before.uuid("id");
          providers.update(
              id,
              body.maybeText("resource_id").orElse(null),
              body.has("disabled") ? Boolean.valueOf(body.flag("disabled", false)) : null);
          var saml = before.row("saml");
          var described = given.orElseGet(() -> stored(saml));
          requireSame(described.metadata.entityId(), saml.text("entity_id"));
          var mapping =
              body.has("attribute_mapping")
                  ? body.object("attribute_mapping")
                  : saml.object("attribute_mapping");
          write(providers, id, described, body, mapping, saml.text("name_id_format"));
          if (body.has("domains")) {
            providers.domains(id, body.texts("domains"));
          }
          return providers.get(id.toString()).json();
        });
  }

  private static void requireSame(String entityId, String stored) {
    if (!entityId.equals(stored)) {
      throw AuthError.unprocessable(
          AuthCode.SAML_ENTITY_ID_MISMATCH,
          "The metadata is of another identity provider (" + entityId + ")");
    }
  }

  private static void write(
      SsoProviders providers,
      UUID id,
      Described described,
      JsonBody body,
      JsonNode mapping,
      @Nullable String formatBefore) {
    var format = body.maybeText("name_id_format").orElse(formatBefore);
    providers.describe(
        id,
        described.metadata,
        described.xml,
        described.url,
        mapping,
        format == null || format.isEmpty() ? null : format);
  }

  private static Described stored(Row saml) {
    var xml = saml.text("metadata_xml");
    var url = saml.text("metadata_url");
    return new Described(IdpMetadata.parse(xml), xml, url.isEmpty() ? null : url);
  }

  private Optional<Described> described(JsonBody body) {
    var xml = body.text("metadata_xml");
    var url = body.text("metadata_url");
    if (!xml.isEmpty() && !url.isEmpty()) {
      throw AuthError.invalid("Only one of metadata_xml or metadata_url needs to be set");
    }
    if (!url.isEmpty()) {
      var fetched = fetch(url);
      return Optional.of(new Described(IdpMetadata.parse(fetched), fetched, url));
    }
    return xml.isEmpty()
        ? Optional.empty()
        : Optional.of(new Described(IdpMetadata.parse(xml), xml, null));
  }

  /// Over TLS, for the keys in it decide who may sign in; on this machine without.
  private String fetch(String address) {
    try {
      var url = URI.create(address);
      boolean safe =
          "https".equals(url.getScheme())
              || ("http".equals(url.getScheme())
                  && InetAddress.getByName(url.getHost()).isLoopbackAddress());
      if (!safe) {
        throw AuthError.invalid("metadata_url must begin with https://");
      }
      var answer = calls.send(HttpRequest.newBuilder(url).build(), Xml.MOST_BYTES, PATIENCE);
      if (answer.status() != 200 || answer.truncated()) {
        throw unfetched();
      }
      return answer.body();
    } catch (IOException | IllegalArgumentException _) {
      throw unfetched();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw unfetched();
    }
  }

  private static ApiException unfetched() {
    return AuthError.badRequest(
        AuthCode.SAML_METADATA_FETCH_FAILED, "The SAML metadata could not be fetched");
  }

  List<JsonNode> all(AuthRequest authRequest) {
    return authRequest.read(tx -> new SsoProviders(tx).all()).stream().map(Row::json).toList();
  }

  JsonNode get(AuthRequest authRequest, String id) {
    return authRequest.read(tx -> new SsoProviders(tx).get(id)).json();
  }

  JsonNode delete(AuthRequest authRequest, String name) {
    return authRequest.write(
        tx -> {
          var providers = new SsoProviders(tx);
          var before = providers.get(name);
          providers.delete(before.uuid("id"));
          return before.json();
        });
  }
}
