package io.stabbur.auth.key;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.stabbur.auth.session.Replies;
import io.stabbur.auth.session.SigningKeys;
import io.stabbur.identity.Caller;

/// The public halves of the project's signing keys, for whoever checks its tokens.
@Controller("/auth/v1/.well-known")
final class KeysController {
  private final SigningKeys keys;

  KeysController(SigningKeys keys) {
    this.keys = keys;
  }

  @Get("/jwks.json")
  HttpResponse<?> keys(Caller caller) {
    return Replies.json(keys.published(caller.project()))
        .header("Cache-Control", "public, max-age=600");
  }
}
