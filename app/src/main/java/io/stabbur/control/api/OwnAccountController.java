package io.stabbur.control.api;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.control.operator.OperatorToken;
import io.stabbur.control.operator.OwnAccount;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.http.JsonFields;
import java.util.UUID;

/// `/admin/v1/operators/me`: an operator's own second factor, password and tokens for programs.
@Controller(ControlRoutes.OPERATORS + "/me")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(SignedIn.SELF)
final class OwnAccountController {
  private final OwnAccount account;
  private final SessionCode code;

  OwnAccountController(OwnAccount account, SessionCode code) {
    this.account = account;
    this.code = code;
  }

  @Post("/factor")
  @Consumes("*/*")
  HttpResponse<?> beginFactor(SignedIn operator) {
    var factor = account.beginFactor(operator);
    return JsonFields.answer(
        new JsonFields().put("secret", factor.secret()).put("uri", factor.uri()).json());
  }

  /// `{"code"}`.
  @Post("/factor/confirm")
  @Consumes("*/*")
  HttpResponse<?> confirmFactor(SignedIn operator, HttpRequest<?> request) {
    account.confirmFactor(operator, Form.of(request, "code").text("code"));
    return HttpResponse.noContent();
  }

  /// `{"current", "password"}`.
  @Put("/password")
  @Consumes("*/*")
  HttpResponse<?> changePassword(SignedIn operator, HttpRequest<?> request) {
    var form = Form.of(request, "current", "password");
    account.changePassword(operator, form.text("current"), form.text("password"));
    return HttpResponse.noContent();
  }

  @Get("/tokens")
  HttpResponse<?> tokens(SignedIn operator) {
    return JsonFields.answer(
        new JsonFields()
            .put("tokens", JsonFields.array(account.tokens(operator), each -> fields(each).json()))
            .json());
  }

  /// `{"name", "password", "expires_at"?}`, with the present password, and for a session a code of
  /// the second factor: a token does without codes. The answer has the text of the token, which
  /// nobody learns again.
  @Post("/tokens")
  @Consumes("*/*")
  @Secured(Role.AUDITORS)
  HttpResponse<?> createToken(SignedIn operator, HttpRequest<?> request) {
    var form = Form.of(request, "name", "password", "expires_at");
    code.require(request, operator);
    var made =
        account.createToken(
            operator, form.text("password"), form.text("name"), form.time("expires_at"));
    return JsonFields.answer(
        HttpStatus.CREATED, fields(made.token()).put("token", made.text().reveal()).json());
  }

  @Delete("/tokens/{id}")
  HttpResponse<?> revokeToken(SignedIn operator, UUID id) {
    account.revokeToken(operator, id);
    return HttpResponse.noContent();
  }

  private static JsonFields fields(OperatorToken token) {
    var used = token.lastUsedAt();
    return new JsonFields()
        .put("id", token.id().toString())
        .put("name", token.name())
        .put("created_at", token.createdAt().toString())
        .put("expires_at", token.expiresAt().toString())
        .put("last_used_at", used == null ? null : used.toString());
  }
}
