package io.stabbur.auth.signin;

import io.micronaut.http.HttpResponse;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Visit;

/// One more way to get a token at `POST /token`, named by `grant_type`.
public interface TokenGrant {
  String name();

  HttpResponse<?> grant(Visit visit, JsonBody body);
}
