package io.stabbur.auth.token;

import io.micronaut.http.HttpResponse;
import io.stabbur.auth.Body;
import io.stabbur.auth.Visit;

/// One more way to get a token at `POST /token`, named by `grant_type`.
public interface TokenGrant {
  String name();

  HttpResponse<?> grant(Visit visit, Body body);
}
