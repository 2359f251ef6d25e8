package io.stabbur.control.api;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.stabbur.control.operator.SignIn;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.identity.ClientAddress;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.JsonFields;

/// `/admin/v1/operators/session`: the session of an operator.
@Controller(ControlRoutes.OPERATORS)
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(SignedIn.SELF)
final class SessionController {
  private final SignIn signIn;
  private final SessionCookie cookie;
  private final ClientAddress addresses;

  SessionController(SignIn signIn, SessionCookie cookie, ClientAddress addresses) {
    this.signIn = signIn;
    this.cookie = cookie;
    this.addresses = addresses;
  }

  /// `{"email", "password", "code"?}`: a session, as a cookie and as a Bearer token.
  @Post("/session")
  @Consumes("*/*")
  @Secured(SecurityRule.IS_ANONYMOUS)
  MutableHttpResponse<?> begin(HttpRequest<?> request) {
    var form = Form.of(request, "email", "password", "code");
    var code = form.optional("code");
    var outcome =
        signIn.begin(
            form.text("email"),
            form.text("password"),
            code == null ? "" : code,
            addresses.network(request));
    return switch (outcome) {
      case SignIn.Begun begun -> answer(begun);
      case SignIn.CodeNeeded _ ->
          throw new ApiException(
              new Failure.Unauthenticated("A code of the second factor is needed"));
    };
  }

  private MutableHttpResponse<?> answer(SignIn.Begun begun) {
    var body =
        fields(begun.operator())
            .put("access_token", begun.token())
            .put("expires_in", begun.lasts().toSeconds())
            .json();
    return JsonFields.answer(body).toMutableResponse().cookie(cookie.of(begun));
  }

  /// `{"invitation", "password", "email"?}`: sets the password of an invited operator; the first
  /// owner's invitation asks for the address.
  @Post("/accept")
  @Consumes("*/*")
  @Secured(SecurityRule.IS_ANONYMOUS)
  HttpResponse<?> accept(HttpRequest<?> request) {
    var form = Form.of(request, "invitation", "password", "email");
    signIn.accept(
        form.text("invitation"),
        form.optional("email"),
        form.text("password"),
        addresses.network(request));
    return HttpResponse.noContent();
  }

  @Get("/session")
  HttpResponse<?> session(SignedIn operator) {
    return JsonFields.answer(fields(operator).json());
  }

  @Delete("/session")
  HttpResponse<?> end(SignedIn operator) {
    signIn.end(operator);
    return HttpResponse.noContent().cookie(cookie.none());
  }

  private static JsonFields fields(SignedIn operator) {
    var session = operator.session();
    return new JsonFields()
        .put("email", operator.email())
        .put("role", operator.role().text())
        .put("rights", JsonFields.array(operator.rights(), JsonNode::createStringNode))
        .put("csrf_token", session == null ? null : session.csrf());
  }
}
