package io.stabbur.storage;

import io.micronaut.http.HttpMethod;
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
import org.jspecify.annotations.Nullable;

/// Writes errors as the Storage API does: the true status is text in the body, and the HTTP status
/// is 400 for nearly all of them unless the settings ask for true statuses.
@Singleton
final class StorageErrorRenderer implements ErrorRenderer {
  private final StorageSettings settings;

  StorageErrorRenderer(StorageSettings settings) {
    this.settings = settings;
  }

  @Override
  public String prefix() {
    return "/storage/v1";
  }

  @Override
  public MutableHttpResponse<?> render(HttpRequest<?> request, ApiError error) {
    var told = StorageErrors.told(error);
    var response =
        StorageErrors.unasked(request, StatusLine.of(told.httpStatus(settings.trueStatuses())));
    if (error instanceof StorageError.InvalidRange range) {
      response.header("Content-Range", "bytes */" + range.size());
    }
    if (request.getMethod() == HttpMethod.HEAD) {
      return response;
    }
    return response.contentType(MediaType.APPLICATION_JSON_TYPE).body(body(told, error));
  }

  private static @Nullable String hint(ApiError error) {
    return switch (error) {
      case StorageError.AccessDenied(var _, var hint) -> hint;
      case StorageError.SelectDenied(var _, var hint, var _) -> hint;
      case Failure.Database database -> database.hint();
      default -> null;
    };
  }

  private static String body(StorageErrors.ErrorReply told, ApiError error) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("statusCode", JsonNode.createStringNode(Integer.toString(told.status())));
    fields.put("error", JsonNode.createStringNode(told.error()));
    fields.put("message", JsonNode.createStringNode(told.message()));
    fields.put("code", JsonNode.createStringNode(told.code()));
    var hint = hint(error);
    if (hint != null && told.status() < 500) {
      fields.put("hint", JsonNode.createStringNode(hint));
    }
    return Json.write(JsonNode.createObjectNode(fields));
  }
}
