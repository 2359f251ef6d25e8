package io.stabbur.storage.job;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.Operation;
import io.stabbur.storage.RequestBody;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.bucket.BucketRows;
import java.util.UUID;

/// `/jobs`: removing and moving everything below a prefix, and how far that is.
@Controller("/storage/v1/jobs")
@Consumes(MediaType.ALL)
@ExecuteOn(TaskExecutors.BLOCKING)
final class JobController {
  private final Jobs jobs;
  private final JobRows rows;
  private final BucketRows buckets;

  JobController(Jobs jobs, JobRows rows, BucketRows buckets) {
    this.jobs = jobs;
    this.rows = rows;
    this.buckets = buckets;
  }

  @Post
  HttpResponse<?> begin(HttpRequest<?> request, Caller caller) {
    RequestBody.requireAuthorization(request);
    var wanted = RequestBody.withJson(request, JobRequest::read);
    buckets.require(caller.project(), wanted.bucket());
    var operation = new Operation(caller, Job.operationName(wanted));
    if (operation.owner() == null && !caller.isService()) {
      // nobody could ask how far it is
      throw new ApiException(new StorageError.RoleRequired("authenticated"));
    }
    return json(operation, UUID.fromString(jobs.begin(operation, wanted)));
  }

  @Get("/{id}")
  HttpResponse<?> look(HttpRequest<?> request, Caller caller, String id) {
    RequestBody.requireAuthorization(request);
    return json(new Operation(caller, "storage.job.get"), JobRequest.id(id));
  }

  /// What was done stays done.
  @Delete("/{id}")
  HttpResponse<?> cancel(HttpRequest<?> request, Caller caller, String id) {
    RequestBody.requireAuthorization(request);
    var operation = new Operation(caller, "storage.job.cancel");
    var job = JobRequest.id(id);
    json(operation, job);
    rows.end(caller.project(), job.toString(), "cancelled", null);
    return json(operation, job);
  }

  private HttpResponse<?> json(Operation operation, UUID id) {
    return RequestBody.answer(
        rows.json(operation, id)
            .orElseThrow(() -> new ApiException(new StorageError.NoSuchJob(id.toString()))));
  }
}
