package io.stabbur.auth.session;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.Fields;
import io.stabbur.platform.json.Json;

/// The shapes answers have.
public final class Replies {
  private Replies() {}

  public static MutableHttpResponse<String> json(JsonNode node) {
    return HttpResponse.ok(Json.write(node)).contentType(MediaType.APPLICATION_JSON_TYPE);
  }

  public static MutableHttpResponse<String> empty() {
    return json(new Fields().node());
  }

  public static MutableHttpResponse<String> session(IssuedSession session) {
    return session(session, session.fields());
  }

  /// A session with more fields than every session has.
  public static MutableHttpResponse<String> session(IssuedSession session, Fields fields) {
    return json(fields.node())
        .header("Cache-Control", "no-store")
        .header("sb-auth-user-id", session.user().id().toString())
        .header("sb-auth-session-id", session.id().toString());
  }
}
