package io.stabbur.storage.bucket;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.Operation;
import io.stabbur.storage.RequestBody;
import io.stabbur.storage.RequestPath;
import io.stabbur.storage.StorageError;

/// `/bucket`: create, read, change, empty and delete buckets.
@Controller("/storage/v1/bucket")
@Consumes(MediaType.ALL)
@ExecuteOn(TaskExecutors.BLOCKING)
final class BucketController {
  private static final String PREFIX = "/bucket/";
  private final BucketRows buckets;

  BucketController(BucketRows buckets) {
    this.buckets = buckets;
  }

  @Post
  HttpResponse<?> create(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var wish = RequestBody.withJson(request, BucketRequest::creation);
    buckets.insert(operation(caller, "create"), wish.id(), wish.name(), wish.columns());
    return RequestBody.answer(RequestBody.object("name", wish.name()));
  }

  @Get
  HttpResponse<?> list(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var query = BucketRequest.query(request.getParameters());
    return RequestBody.answer(buckets.list(operation(caller, "list"), query));
  }

  @Get("/{+id}")
  HttpResponse<?> read(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var id = RequestPath.name(request, PREFIX);
    return RequestBody.answer(
        buckets
            .json(operation(caller, "get"), id)
            .orElseThrow(() -> new ApiException(new StorageError.NoSuchBucket(id))));
  }

  @Put("/{+id}")
  HttpResponse<?> update(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var wish = RequestBody.withJson(request, BucketRequest::change);
    buckets.update(operation(caller, "update"), RequestPath.name(request, PREFIX), wish);
    return RequestBody.message("Successfully updated");
  }

  @Delete("/{+id}")
  HttpResponse<?> delete(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    buckets.delete(operation(caller, "delete"), RequestPath.name(request, PREFIX));
    return RequestBody.message("Successfully deleted");
  }

  @Post("/{id}/empty")
  HttpResponse<?> empty(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    Operation.requireService(caller);
    buckets.empty(operation(caller, "empty"), RequestPath.name(request, PREFIX));
    return RequestBody.message("Empty bucket has been queued. Completion may take up to an hour.");
  }

  private static Operation operation(Caller caller, String name) {
    return new Operation(caller, "storage.bucket." + name);
  }
}
