package io.stabbur.auth.session;

import io.micronaut.http.HttpResponse;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.JsonBody;

/// A way to get a token at `POST /token`, named by `grant_type`.
public interface TokenGrant {
  String name();

  HttpResponse<?> grant(AuthRequest authRequest, JsonBody body);
}
