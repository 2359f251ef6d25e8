package io.stabbur.storage.s3;

import io.micronaut.http.HttpResponse;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.storage.Names;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.StorageErrors;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.bucket.BucketRows;
import jakarta.inject.Singleton;

/// Buckets by the S3 protocol.
@Singleton
final class S3Buckets {
  private final BucketRows buckets;
  private final StorageSettings settings;

  S3Buckets(BucketRows buckets, StorageSettings settings) {
    this.buckets = buckets;
    this.settings = settings;
  }

  HttpResponse<?> list(S3Request request) {
    var xml = Xml.of("ListAllMyBucketsResult").open("Owner").text("ID", "stabbur");
    xml.text("DisplayName", "stabbur").close("Owner").open("Buckets");
    for (var bucket : Json.parse(buckets.list(request.operation("bucket.list"))).values()) {
      xml.open("Bucket").text("Name", text(bucket, "name"));
      xml.text("CreationDate", text(bucket, "created_at")).close("Bucket");
    }
    return S3Request.xml(xml.close("Buckets").end());
  }

  static String text(JsonNode node, String name) {
    var value = node.get(name);
    return value == null || value.isNull() ? "" : value.coerceStringValue();
  }

  HttpResponse<?> create(S3Request request) {
    buckets.insert(
        request.operation("bucket.create"),
        Names.newBucket(request.bucket()),
        "public-read".equals(request.header("x-amz-acl")));
    return HttpResponse.ok().header("Location", '/' + request.bucket());
  }

  HttpResponse<?> head(S3Request request) {
    require(request, "bucket.head");
    return HttpResponse.ok().header("x-amz-bucket-region", settings.region());
  }

  private void require(S3Request request, String operation) {
    if (buckets.json(request.operation(operation), request.bucket()).isEmpty()) {
      throw new ApiException(new StorageError.NoSuchBucket(request.bucket()));
    }
  }

  /// What keeps a bucket are its objects, or uploads in parts that nobody has ended.
  HttpResponse<?> delete(S3Request request) {
    try {
      buckets.delete(request.operation("bucket.delete"), request.bucket());
    } catch (ApiException e) {
      throw StorageErrors.told(e.error()).status() == 409
          ? new ApiException(
              new StorageError.Protocol(
                  409, "BucketNotEmpty", StorageErrors.told(e.error()).message()))
          : e;
    }
    return HttpResponse.noContent();
  }

  HttpResponse<?> location(S3Request request) {
    require(request, "bucket.get_location");
    return S3Request.xml(
        Xml.of("LocationConstraint").text("LocationConstraint", settings.region()).end());
  }

  HttpResponse<?> versioning(S3Request request) {
    require(request, "bucket.get_versioning");
    // without a status, as of a bucket whose versioning was never switched on
    return S3Request.xml(Xml.of("VersioningConfiguration").end());
  }
}
