package io.stabbur.storage.s3;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Head;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;

/// `/s3`: buckets and objects by the S3 protocol. Which operation a request is, its query decides.
@Controller("/storage/v1/s3")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
@ExecuteOn(TaskExecutors.BLOCKING)
final class S3Controller {
  private final Signatures signatures;
  private final S3Buckets buckets;
  private final S3Listing listing;
  private final S3Objects objects;
  private final S3Parts parts;
  private final PostPolicy forms;

  S3Controller(
      Signatures signatures,
      S3Buckets buckets,
      S3Listing listing,
      S3Objects objects,
      S3Parts parts,
      PostPolicy forms) {
    this.signatures = signatures;
    this.buckets = buckets;
    this.listing = listing;
    this.objects = objects;
    this.parts = parts;
    this.forms = forms;
  }

  private S3Request read(HttpRequest<?> request, Caller caller) {
    var read = S3Request.of(request, signatures.verify(request, caller.project()));
    Subresources.check(read);
    return read;
  }

  @Get("/")
  HttpResponse<?> all(HttpRequest<?> request, Caller caller) {
    return buckets.list(read(request, caller));
  }

  @Get(uri = "/{bucket}", headRoute = false)
  HttpResponse<?> bucket(HttpRequest<?> request, Caller caller) {
    var s3 = read(request, caller);
    if (s3.has("location")) {
      return buckets.location(s3);
    }
    if (s3.has("versioning")) {
      return buckets.versioning(s3);
    }
    return s3.has("uploads") ? parts.uploads(s3) : listing.list(s3);
  }

  @Head("/{bucket}")
  HttpResponse<?> head(HttpRequest<?> request, Caller caller) {
    return buckets.head(read(request, caller));
  }

  @Put("/{bucket}")
  HttpResponse<?> create(HttpRequest<?> request, Caller caller) {
    return buckets.create(read(request, caller));
  }

  @Delete("/{bucket}")
  HttpResponse<?> remove(HttpRequest<?> request, Caller caller) {
    return buckets.delete(read(request, caller));
  }

  @Post("/{bucket}")
  HttpResponse<?> post(HttpRequest<?> request, Caller caller) {
    if (PostPolicy.isForm(request)) {
      return forms.store(request, caller.project());
    }
    return objects.deleteAll(read(request, caller));
  }

  @Get(uri = "/{bucket}/{+key}", headRoute = false)
  HttpResponse<?> get(HttpRequest<?> request, Caller caller) {
    var s3 = read(request, caller);
    if (s3.key().isEmpty()) {
      return listing.list(s3);
    }
    if (s3.has("tagging")) {
      return objects.tagging(s3);
    }
    return s3.has("uploadId") ? parts.parts(s3) : objects.get(s3);
  }

  @Head("/{bucket}/{+key}")
  HttpResponse<?> headObject(HttpRequest<?> request, Caller caller) {
    var s3 = read(request, caller);
    return s3.key().isEmpty() ? buckets.head(s3) : objects.get(s3);
  }

  @Put("/{bucket}/{+key}")
  HttpResponse<?> put(HttpRequest<?> request, Caller caller) {
    var s3 = read(request, caller);
    if (s3.key().isEmpty()) {
      return buckets.create(s3);
    }
    boolean copy = s3.header("x-amz-copy-source") != null;
    if (s3.has("uploadId")) {
      return copy ? parts.copyPart(s3) : parts.uploadPart(s3);
    }
    return copy ? objects.copy(s3) : objects.put(s3);
  }

  @Post("/{bucket}/{+key}")
  HttpResponse<?> postObject(HttpRequest<?> request, Caller caller) {
    if (PostPolicy.isForm(request)) {
      return forms.store(request, caller.project());
    }
    var s3 = read(request, caller);
    if (s3.key().isEmpty()) {
      return objects.deleteAll(s3);
    }
    return s3.has("uploadId") ? parts.complete(s3) : parts.create(s3);
  }

  @Delete("/{bucket}/{+key}")
  HttpResponse<?> delete(HttpRequest<?> request, Caller caller) {
    var s3 = read(request, caller);
    if (s3.key().isEmpty()) {
      return buckets.delete(s3);
    }
    return s3.has("uploadId") ? parts.abort(s3) : objects.delete(s3);
  }
}
