package io.stabbur.functions.error;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.ErrorRenderer;
import io.stabbur.platform.http.StatusLine;
import io.stabbur.platform.json.Json;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;

/// Writes errors as the original's gateway does: `{code, message}` and the header `sb-error-code`.
/// What the gateway answers itself can be read by pages of every origin (the functions' own answers
/// say for themselves who may); `x-relay-error` marks what a client library reports as a failure of
/// the gateway.
@Singleton
final class FunctionErrorRenderer implements ErrorRenderer {
  private static final String READABLE = "sb-error-code, x-relay-error, x-sb-edge-region";

  @Override
  public String prefix() {
    return "/functions/v1";
  }

  @Override
  public MutableHttpResponse<?> render(HttpRequest<?> request, ApiError error) {
    var reply = ErrorReply.of(error);
    var body = new LinkedHashMap<String, JsonNode>();
    body.put("code", JsonNode.createStringNode(reply.code()));
    body.put("message", JsonNode.createStringNode(reply.message()));
    if (reply.status() == 401) {
      body.put("msg", JsonNode.createStringNode(reply.message()));
    }
    var response =
        StatusLine.<String>of(reply.status())
            .contentType(MediaType.APPLICATION_JSON_TYPE)
            .header("sb-error-code", reply.code())
            .header("Access-Control-Allow-Origin", "*")
            .header("Access-Control-Expose-Headers", READABLE);
    if (isRelayed(error)) {
      response.header("x-relay-error", "true");
    }
    return response.body(Json.write(JsonNode.createObjectNode(body)));
  }

  private static boolean isRelayed(ApiError error) {
    return switch (error) {
      case FunctionError.BootFailed _ -> true;
      case FunctionError.Crashed _ -> true;
      case FunctionError.LimitReached _ -> true;
      case FunctionError.NoResponse _ -> true;
      case FunctionError.NoRuntime _ -> true;
      case Failure.Busy _ -> true;
      case Failure.Unavailable _ -> true;
      default -> false;
    };
  }
}
