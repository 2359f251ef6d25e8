package io.stabbur.auth.token;

import io.stabbur.auth.Body;
import io.stabbur.auth.Visit;

/// One more way to get a session at `POST /token`, named by `grant_type`.
public interface TokenGrant {
  String name();

  IssuedSession grant(Visit visit, Body body);
}
