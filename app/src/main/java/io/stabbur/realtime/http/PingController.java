package io.stabbur.realtime.http;

import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;

/// Whether realtime answers.
@Controller("/realtime/v1/api/ping")
final class PingController {
  @Get(produces = MediaType.APPLICATION_JSON)
  String ping() {
    return "{\"message\":\"Success\"}";
  }
}
