package io.stabbur.storage.s3;

import io.micronaut.http.HttpMethod;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Refuses calls of the S3 protocol that are not served before they are taken for others: `PUT
/// /bucket/key?tagging` is no upload, and `DELETE /bucket?policy` deletes no bucket. The names and
/// answers are those of the Amazon S3 API reference.
final class Subresources {
  /// What a bucket without such a setting answers.
  private static final Map<String, String> UNSET =
      Map.of(
          "policy", "NoSuchBucketPolicy",
          "lifecycle", "NoSuchLifecycleConfiguration",
          "cors", "NoSuchCORSConfiguration",
          "tagging", "NoSuchTagSet",
          "website", "NoSuchWebsiteConfiguration",
          "replication", "ReplicationConfigurationNotFoundError",
          "encryption", "ServerSideEncryptionConfigurationNotFoundError",
          "object-lock", "ObjectLockConfigurationNotFoundError",
          "ownershipControls", "OwnershipControlsNotFoundError",
          "publicAccessBlock", "NoSuchPublicAccessBlockConfiguration");

  /// Sub-resources whose calls are served nowhere.
  private static final Set<String> UNSERVED =
      Set.of(
          "abac",
          "accelerate",
          "acl",
          "analytics",
          "attributes",
          "intelligent-tiering",
          "inventory",
          "legal-hold",
          "logging",
          "metadataConfiguration",
          "metadataTable",
          "metrics",
          "notification",
          "policyStatus",
          "renameObject",
          "requestPayment",
          "restore",
          "retention",
          "select",
          "session",
          "torrent",
          "versions");

  /// Parameters of a write of an object that is served; a name outside is another call, or a
  /// mistake.
  private static final Map<HttpMethod, Set<String>> WRITES =
      Map.of(
          HttpMethod.PUT, Set.of("uploadId", "partNumber"),
          HttpMethod.POST, Set.of("uploads", "uploadId"),
          HttpMethod.DELETE, Set.of("uploadId"));

  private static final Map<HttpMethod, Set<String>> WRITES_OF_BUCKETS =
      Map.of(
          HttpMethod.PUT, Set.of(),
          HttpMethod.POST, Set.of("delete"),
          HttpMethod.DELETE, Set.of());

  private Subresources() {}

  /// @throws ApiException 404 where a bucket has no such setting, 501 NotImplemented else
  static void check(S3Request request) {
    boolean isBucket = request.key().isEmpty();
    var method = request.http().getMethod();
    var written = (isBucket ? WRITES_OF_BUCKETS : WRITES).get(method);
    for (var name : request.query().keySet()) {
      if (written != null && !isSignature(name) && !written.contains(name)) {
        throw notImplemented(name);
      }
      if (written == null) {
        checkRead(request, name, isBucket);
      }
    }
    if (method == HttpMethod.PUT && request.has("partNumber") && !request.has("uploadId")) {
      throw notImplemented("partNumber without uploadId");
    }
    boolean isUnnamedPost =
        method == HttpMethod.POST
            && (isBucket
                ? !request.has("delete")
                : !request.has("uploads") && !request.has("uploadId"));
    if (isUnnamedPost) {
      throw notImplemented(isBucket ? "a POST without ?delete" : "a POST without ?uploads");
    }
  }

  private static void checkRead(S3Request request, String name, boolean isBucket) {
    var unset = UNSET.get(name);
    if (isBucket && unset != null) {
      throw new ApiException(
          new StorageError.Protocol(404, unset, "The bucket has no configuration of " + name));
    }
    if (name.equals("versionId") && !request.text(name).equals("null")) {
      throw new ApiException(
          new StorageError.Protocol(
              404,
              "NoSuchVersion",
              "The specified version does not exist; buckets keep no versions"));
    }
    if (UNSERVED.contains(name) || (unset != null && !name.equals("tagging"))) {
      throw notImplemented(name);
    }
  }

  private static boolean isSignature(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith("x-amz-") || lower.equals("x-id");
  }

  private static ApiException notImplemented(String name) {
    return new ApiException(
        new StorageError.Protocol(
            501,
            "NotImplemented",
            "A parameter implies functionality that is not implemented: " + name));
  }
}
