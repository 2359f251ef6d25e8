package io.stabbur.storage.s3;

import io.micronaut.http.HttpResponse;
import io.stabbur.platform.http.PercentEncoding;
import io.stabbur.platform.json.Json;
import io.stabbur.storage.bucket.BucketRows;
import io.stabbur.storage.object.Listing;
import io.stabbur.storage.object.Listing.Cursor;
import io.stabbur.storage.object.Listing.Entry;
import io.stabbur.storage.object.Listing.Page;
import io.stabbur.storage.object.Listing.Query;
import jakarta.inject.Singleton;

/// ListObjects in both versions.
@Singleton
final class S3Listing {
  private static final int MOST = 1000;
  private final BucketRows buckets;
  private final Listing listing;

  S3Listing(BucketRows buckets, Listing listing) {
    this.buckets = buckets;
    this.listing = listing;
  }

  HttpResponse<?> list(S3Request request) {
    buckets.require(request.project(), request.bucket());
    int limit = request.number("max-keys", MOST, MOST);
    var second = request.text("list-type").equals("2");
    var page =
        limit == 0
            ? new Page(java.util.List.of(), null)
            : listing.page(request.operation("object.list"), query(request, limit, second));
    return S3Request.xml(second ? second(request, page, limit) : first(request, page, limit));
  }

  private static Query query(S3Request request, int limit, boolean second) {
    var token = request.text("continuation-token");
    var marker = request.text("marker");
    boolean folder = !second && !request.text("delimiter").isEmpty() && !marker.isEmpty();
    return new Query(
        request.bucket(),
        request.text("prefix"),
        request.text("delimiter"),
        limit,
        "name",
        false,
        second
            ? token.isEmpty() ? null : Cursor.decode(token)
            : folder ? new Cursor(marker, "") : null,
        second ? request.text("start-after") : folder ? "" : marker);
  }

  private static String second(S3Request request, Page page, int limit) {
    var xml = begin(request, limit);
    xml.text("KeyCount", Integer.toString(page.entries().size()));
    if (request.has("continuation-token")) {
      xml.text("ContinuationToken", request.text("continuation-token"));
    }
    if (request.has("start-after")) {
      xml.text("StartAfter", name(request, request.text("start-after")));
    }
    xml.text("IsTruncated", Boolean.toString(page.next() != null));
    if (page.next() != null) {
      xml.text("NextContinuationToken", page.next().encode());
    }
    return entries(xml, request, page).end();
  }

  private static String first(S3Request request, Page page, int limit) {
    var xml = begin(request, limit).text("Marker", name(request, request.text("marker")));
    xml.text("IsTruncated", Boolean.toString(page.next() != null));
    if (page.next() != null) {
      xml.text("NextMarker", name(request, page.next().key()));
    }
    return entries(xml, request, page).end();
  }

  private static Xml begin(S3Request request, int limit) {
    var xml = Xml.of("ListBucketResult").text("Name", request.bucket());
    xml.text("Prefix", name(request, request.text("prefix")));
    if (request.has("delimiter")) {
      xml.text("Delimiter", name(request, request.text("delimiter")));
    }
    if (request.has("encoding-type")) {
      xml.text("EncodingType", "url");
    }
    return xml.text("MaxKeys", Integer.toString(limit));
  }

  private static Xml entries(Xml xml, S3Request request, Page page) {
    for (var entry : page.entries()) {
      if (entry.json() != null) {
        object(xml, request, entry, entry.json());
      }
    }
    for (var entry : page.entries()) {
      if (entry.json() == null) {
        xml.open("CommonPrefixes").text("Prefix", name(request, entry.name()));
        xml.close("CommonPrefixes");
      }
    }
    return xml;
  }

  private static void object(Xml xml, S3Request request, Entry entry, String json) {
    var row = Json.parseStored(json);
    var metadata = row.get("metadata");
    xml.open("Contents").text("Key", name(request, entry.name()));
    xml.text("LastModified", S3Buckets.text(row, "updated_at"));
    if (metadata != null && metadata.isObject()) {
      xml.text("ETag", S3Buckets.text(metadata, "eTag"));
      xml.text("Size", S3Buckets.text(metadata, "size"));
    }
    xml.text("StorageClass", "STANDARD").close("Contents");
  }

  static String name(S3Request request, String name) {
    return request.text("encoding-type").equals("url")
        ? PercentEncoding.encode(name).replace("%2F", "/")
        : name;
  }
}
