package io.stabbur.auth.admin;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;
import org.jspecify.annotations.Nullable;

/// `POST /admin/mail/test` with `{"email"}`: for `stabbur mail test`.
@Controller("/auth/v1/admin/mail")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AdminMailController {
  private final AuthRequests authRequests;
  private final Bearers bearers;
  private final TestMail mail;

  AdminMailController(AuthRequests authRequests, Bearers bearers, TestMail mail) {
    this.authRequests = authRequests;
    this.bearers = bearers;
    this.mail = mail;
  }

  @Post("/test")
  @Consumes("*/*")
  HttpResponse<?> test(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    bearers.requireAdmin(authRequests.of(caller, request));
    var sent = mail.send(JsonBody.parse(bytes).text("email"));
    return Replies.json(sent.node());
  }
}
