package io.stabbur.auth.session;

import io.micronaut.http.HttpResponse;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Visit;

/// A way to get a token at `POST /token`, named by `grant_type`.
public interface TokenGrant {
  String name();

  HttpResponse<?> grant(Visit visit, JsonBody body);
}
