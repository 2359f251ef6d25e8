package io.stabbur.storage;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import org.jspecify.annotations.Nullable;

/// Whether the Storage API is there, and which version of it.
@Controller("/storage/v1")
final class StatusController {
  @Get("/status")
  HttpResponse<?> status() {
    return HttpResponse.ok();
  }

  @Get("/health")
  HttpResponse<?> health() {
    return RequestBody.answer("{\"healthy\":true}");
  }

  @Get("/version")
  @Produces(MediaType.TEXT_PLAIN)
  String version() {
    @Nullable String version = StatusController.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
