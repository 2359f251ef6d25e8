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
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.bucket.BucketRows.BucketChange;

/// `/bucket`: create, read, change, empty and delete buckets.
@Controller("/storage/v1/bucket")
@Consumes(MediaType.ALL)
@ExecuteOn(TaskExecutors.BLOCKING)
final class BucketController {
  private static final String PREFIX = "/bucket/";
  private final BucketRows buckets;
  private final StorageSettings settings;

  BucketController(BucketRows buckets, StorageSettings settings) {
    this.buckets = buckets;
    this.settings = settings;
  }

  /// A limit above that of all buckets would promise what is never taken.
  private BucketChange requireLimit(BucketChange change) {
    if (change.limit() != null && change.limit() > settings.fileSizeLimit()) {
      throw new ApiException(new StorageError.EntityTooLarge());
    }
    return change;
  }

  @Post
  HttpResponse<?> create(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var created = RequestBody.withJson(request, BucketRequest::creation);
    var columns = requireLimit(created.columns());
    buckets.insert(operation(caller, "create"), created.id(), created.name(), columns);
    return RequestBody.answer(RequestBody.object("name", created.name()));
  }

  @Get
  HttpResponse<?> list(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var query = BucketRequest.query(request);
    return RequestBody.answer(buckets.list(operation(caller, "list"), query));
  }

  @Get("/{+id}")
  HttpResponse<?> read(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var id = RequestPath.name(request, PREFIX);
    return RequestBody.answer(
        buckets
            // wire: lists tell the type, one bucket does not
            .json(operation(caller, "get"), id, BucketRows.Fields.WITHOUT_TYPE)
            .orElseThrow(() -> new ApiException(new StorageError.NoSuchBucket(id))));
  }

  @Put("/{+id}")
  HttpResponse<?> update(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var change = RequestBody.withJson(request, BucketRequest::change);
    var name = RequestPath.name(request, PREFIX);
    buckets.update(operation(caller, "update"), name, requireLimit(change));
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
