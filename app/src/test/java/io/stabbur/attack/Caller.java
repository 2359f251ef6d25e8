package io.stabbur.attack;

import io.stabbur.attack.Canaries.Owner;
import io.stabbur.attack.Request.Header;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Somebody, or some program, that sends requests.
///
/// @param name what reports call it
/// @param homes slugs of the organisations it may act in; none for strangers and forged tokens
/// @param person the name of the account it has, or an empty text
/// @param headers what it shows with each request
/// @param token its access token, for protocols that carry it elsewhere than in a header
record Caller(
    String name, Set<String> homes, String person, List<Header> headers, @Nullable String token) {

  Request show(Request request) {
    return request.with(headers);
  }

  boolean maySee(Owner owner) {
    return !Collections.disjoint(homes, owner.organizations())
        || (!person.isEmpty() && person.equals(owner.person()));
  }

  @Override
  public String toString() {
    return name;
  }
}
