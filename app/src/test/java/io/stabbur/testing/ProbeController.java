package io.stabbur.testing;

import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.sql.Statement;

/// A room without an API of its own, which tells who the gateway says is calling.
@Controller("/probe")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ProbeController {
  @Get(produces = "text/plain")
  String who(Caller caller) {
    return caller.project().name() + " " + caller.role() + " " + caller.authenticated();
  }

  /// What Postgres says of the same caller.
  @Get(uri = "/database", produces = "text/plain")
  String database(Caller caller) {
    return caller
        .project()
        .api()
        .exchange(
            caller.actor(),
            Access.READ,
            Statement.of("select current_user || ' ' || coalesce(auth.uid()::text, '-')"),
            rows -> {
              rows.next();
              return rows.getString(1);
            });
  }

  @Get("/boom")
  String boom(Caller caller) {
    if (caller.role().isEmpty()) {
      return "a caller always has a role";
    }
    throw new IllegalStateException("a detail that nobody may see");
  }

  @Post(consumes = "*/*", produces = "text/plain")
  String size(@Body byte[] body) {
    return Integer.toString(body.length);
  }
}
