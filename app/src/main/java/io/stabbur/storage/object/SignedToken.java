package io.stabbur.storage.object;

import io.micronaut.http.HttpRequest;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import io.stabbur.storage.RequestPath;
import io.stabbur.storage.StorageError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tokens that stand in an address: a compact JWS (RFC 7515) that names one object and one purpose.
/// A token of one project, purpose or path opens nothing else.
public record SignedToken(JsonNode claims) {
  private static final String HEADER =
      Crypto.base64Url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));

  /// What a token lets its bearer do.
  public enum Scope {
    DOWNLOAD,
    UPLOAD;

    String claim() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// Makes a token for `bucket/name`; extra claims may be null.
  public static String make(
      Project project,
      Scope scope,
      String url,
      Duration life,
      Map<String, @Nullable JsonNode> extra) {
    var now = Instant.now();
    var claims = new LinkedHashMap<String, JsonNode>();
    claims.put("url", JsonNode.createStringNode(url));
    claims.put("scope", JsonNode.createStringNode(scope.claim()));
    extra.forEach(
        (name, value) -> {
          if (value != null) {
            claims.put(name, value);
          }
        });
    claims.put("iat", JsonNode.createNumberNode(now.getEpochSecond()));
    claims.put("exp", JsonNode.createNumberNode(now.plus(life).getEpochSecond()));
    var payload =
        Crypto.base64Url(
            Json.write(JsonNode.createObjectNode(claims)).getBytes(StandardCharsets.UTF_8));
    var signed = HEADER + '.' + payload;
    return signed + '.' + sign(project, signed);
  }

  private static String sign(Project project, String text) {
    return Crypto.base64Url(
        Crypto.hmacSha256(
            project.keys().jwtSecret().bytes(), text.getBytes(StandardCharsets.US_ASCII)));
  }

  /// The token in a request's query, if it is right for that purpose and object.
  public static SignedToken of(
      HttpRequest<?> request, Project project, Scope scope, RequestPath.BucketKey place) {
    var text =
        request
            .getParameters()
            .get("token", String.class)
            .orElseThrow(
                () ->
                    new ApiException(
                        new StorageError.InvalidParameter(
                            "querystring must have required property 'token'")));
    return verify(project, text, scope).requireUrl(place.bucket() + '/' + place.key());
  }

  /// Checks signature, life and purpose.
  public static SignedToken verify(Project project, String token, Scope scope) {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw invalid("jwt malformed");
    }
    var header = decode(parts[0]);
    if (!"HS256".equals(Json.textOrNull(header, "alg"))
        || !Crypto.same(sign(project, parts[0] + '.' + parts[1]), parts[2])) {
      throw invalid("signature verification failed");
    }
    var claims = decode(parts[1]);
    var expiry = claims.get("exp");
    if (expiry == null
        || !expiry.isNumber()
        || expiry.getLongValue() <= Instant.now().getEpochSecond()) {
      throw invalid("\"exp\" claim timestamp check failed");
    }
    if (!scope.claim().equals(scope(claims)) || Json.textOrNull(claims, "url") == null) {
      throw new ApiException(new StorageError.InvalidSignature("The token is for another purpose"));
    }
    return new SignedToken(claims);
  }

  /// Tokens of older servers name no scope: those that speak of upserts are for uploads.
  private static String scope(JsonNode claims) {
    var scope = Json.textOrNull(claims, "scope");
    return scope != null ? scope : claims.get("upsert") != null ? "upload" : "download";
  }

  /// Refuses a token of another object.
  public SignedToken requireUrl(String url) {
    if (!url.equals(text("url"))) {
      throw new ApiException(new StorageError.InvalidSignature("The token is for another object"));
    }
    return this;
  }

  /// Refuses a token for a rendered image: its bearer was given that image, not the whole one.
  SignedToken requireWhole() {
    if (text("transformations") != null) {
      throw new ApiException(
          new StorageError.InvalidSignature("The token is for a rendered image"));
    }
    return this;
  }

  public @Nullable String text(String name) {
    return Json.textOrNull(claims, name);
  }

  public boolean flag(String name) {
    var node = claims.get(name);
    return node != null && node.isBoolean() && node.getBooleanValue();
  }

  /// The generation of its bucket for which it was made; see [SignedAddresses].
  long generation() {
    var node = claims.get("generation");
    return node != null && node.isNumber() ? node.getLongValue() : 0;
  }

  public Instant expiry() {
    var expiry = claims.get("exp");
    return expiry == null ? Instant.EPOCH : Instant.ofEpochSecond(expiry.getLongValue());
  }

  private static JsonNode decode(String part) {
    try {
      var node = Json.parse(Base64.getUrlDecoder().decode(part));
      if (node.isObject()) {
        return node;
      }
    } catch (IllegalArgumentException | ApiException e) {
      // told below, as every other text that is not a token
    }
    throw invalid("jwt malformed");
  }

  private static ApiException invalid(String reason) {
    return new ApiException(new StorageError.InvalidToken(reason));
  }
}
