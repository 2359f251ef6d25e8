package io.stabbur.storage.object;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import io.stabbur.storage.Names;
import io.stabbur.storage.Operation;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.bucket.BucketRows;
import io.stabbur.storage.object.SignedToken.Scope;
import io.stabbur.storage.object.Uploads.Clash;
import io.stabbur.storage.object.Uploads.Target;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Makes addresses that carry their own permission.
@Singleton
public final class Signing {
  private static final int MOST_PATHS = 1000;
  private static final String HIDDEN =
      "Either the object does not exist or you do not have access to it";
  private final BucketRows buckets;
  private final ObjectRows rows;
  private final Reads reads;
  private final Names names;
  private final SignedAddresses signed;
  private final StorageSettings settings;

  Signing(
      BucketRows buckets,
      ObjectRows rows,
      Reads reads,
      Names names,
      SignedAddresses signed,
      StorageSettings settings) {
    this.buckets = buckets;
    this.rows = rows;
    this.reads = reads;
    this.names = names;
    this.signed = signed;
    this.settings = settings;
  }

  /// One address; with a `transform`, of the rendered image.
  String one(Operation operation, String bucket, String name, Wish wish) {
    buckets.require(operation.project(), bucket);
    reads.asPolicies(operation, bucket, name);
    var address = address(addresses(operation, bucket, wish.life()), name, wish);
    return Json.write(
        JsonNode.createObjectNode(
            java.util.Map.of("signedURL", JsonNode.createStringNode(address))));
  }

  /// What the addresses of one request have in common.
  private record Addresses(Project project, String bucket, long generation) {}

  private Addresses addresses(Operation operation, String bucket, Duration life) {
    var longest = settings.signedUrlMaxLife();
    if (life.compareTo(longest) > 0) {
      throw new ApiException(
          new StorageError.InvalidParameter(
              "body/expiresIn must be <= %d (storage.signed-url-max-life)"
                  .formatted(longest.toSeconds())));
    }
    var project = operation.project();
    return new Addresses(project, bucket, signed.generation(project, bucket));
  }

  /// What an address is to be made for.
  ///
  /// @param transformation how the image is rendered, if one is wanted
  record Wish(Duration life, @Nullable String transformation, @Nullable JsonNode format) {
    static Wish read(JsonNode body) {
      var fields = new Fields(body);
      var life = lifeOf(fields);
      var transform = fields.object("transform");
      return new Wish(
          life,
          Transformation.of(transform).map(Transformation::text).orElse(null),
          transform.get("format"));
    }
  }

  /// The same for many.
  record ManyWish(Duration life, List<String> paths) {
    static ManyWish read(JsonNode body) {
      var fields = new Fields(body);
      return new ManyWish(lifeOf(fields), fields.requireTexts("paths", MOST_PATHS));
    }
  }

  private static Duration lifeOf(Fields fields) {
    return Duration.ofSeconds(fields.requireNumber("expiresIn", 1, Integer.MAX_VALUE));
  }

  private static String address(Addresses addresses, String name, Wish wish) {
    var bucket = addresses.bucket();
    var extra = new LinkedHashMap<String, @Nullable JsonNode>();
    extra.put(
        "transformations",
        wish.transformation() == null ? null : JsonNode.createStringNode(wish.transformation()));
    extra.put("format", wish.format());
    extra.put("generation", generation(addresses.generation()));
    var token =
        SignedToken.make(
            addresses.project(), Scope.DOWNLOAD, bucket + '/' + name, wish.life(), extra);
    return (wish.transformation() == null ? "/object/sign/" : "/render/image/sign/")
        + encoded(bucket)
        + '/'
        + encoded(name)
        + "?token="
        + token;
  }

  /// Nothing for the first one, as in tokens of the original.
  private static @Nullable JsonNode generation(long generation) {
    return generation == 0 ? null : JsonNode.createNumberNode(generation);
  }

  /// Percent-encodes each segment.
  static String encoded(String name) {
    var segments = new ArrayList<String>();
    for (var segment : name.split("/", -1)) {
      segments.add(Disposition.encode(segment));
    }
    return String.join("/", segments);
  }

  /// Many addresses; what the caller may not see gets none.
  String many(Operation operation, String bucket, ManyWish wish) {
    var paths = wish.paths();
    var each = new Wish(wish.life(), null, null);
    buckets.require(operation.project(), bucket);
    var addresses = addresses(operation, bucket, wish.life());
    var seen = new HashSet<>(rows.visible(operation, bucket, paths));
    var out = new ArrayList<JsonNode>();
    for (var path : paths) {
      out.add(item(addresses, path, seen.contains(path), each));
    }
    return Json.write(JsonNode.createArrayNode(out));
  }

  private static JsonNode item(Addresses addresses, String path, boolean seen, Wish wish) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("error", seen ? JsonNode.nullNode() : JsonNode.createStringNode(HIDDEN));
    fields.put("path", JsonNode.createStringNode(path));
    fields.put(
        "signedURL",
        seen ? JsonNode.createStringNode(address(addresses, path, wish)) : JsonNode.nullNode());
    return JsonNode.createObjectNode(fields);
  }

  /// A token to store one object with, made if the policies would let the caller store it.
  String upload(
      Operation operation, String bucket, String name, Clash clash, @Nullable String userMetadata) {
    names.key(name);
    var target = new Target(bucket, name, clash);
    buckets.require(operation.project(), bucket);
    rows.tryUpload(
        operation,
        bucket,
        name,
        new Facts("application/octet-stream", "no-cache", null, userMetadata)
            .announced(OptionalLong.empty()),
        userMetadata == null ? null : new io.stabbur.platform.sql.Jsonb(userMetadata),
        target.upsert());
    var extra = new LinkedHashMap<String, @Nullable JsonNode>();
    extra.put(
        "owner", operation.owner() == null ? null : JsonNode.createStringNode(operation.owner()));
    extra.put("upsert", JsonNode.createBooleanNode(target.upsert()));
    extra.put("generation", generation(signed.generation(operation.project(), bucket)));
    var token =
        SignedToken.make(
            operation.project(),
            Scope.UPLOAD,
            bucket + '/' + name,
            settings.signedUploadLife(),
            extra);
    var out = new LinkedHashMap<String, JsonNode>();
    out.put(
        "url",
        JsonNode.createStringNode(
            "/object/upload/sign/" + encoded(bucket) + '/' + encoded(name) + "?token=" + token));
    out.put("token", JsonNode.createStringNode(token));
    return Json.write(JsonNode.createObjectNode(out));
  }
}
