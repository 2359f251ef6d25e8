package io.stabbur.data.reply;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.data.error.DataError;
import io.stabbur.data.reply.Reply.Header;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lets SQL change an answer: `response.status` and `response.headers`, set during the transaction.
final class GucSettings {
  private GucSettings() {}

  static Reply apply(Reply reply, Outcome outcome) {
    if (outcome.headers() == null && outcome.status() == null) {
      return reply;
    }
    var status = status(outcome.status(), reply.status());
    var own = outcome.headers() == null ? List.<Header>of() : headers(outcome.headers());
    var headers = new ArrayList<Header>();
    for (var header : reply.headers()) {
      if (own.stream().noneMatch(o -> o.name().equalsIgnoreCase(header.name()))) {
        headers.add(header);
      }
    }
    headers.addAll(own);
    return new Reply(status, reply.reason(), headers, reply.body());
  }

  private static int status(@Nullable String setting, int otherwise) {
    if (setting == null) {
      return otherwise;
    }
    var end = 0;
    while (end < setting.length() && Character.isDigit(setting.charAt(end))) {
      end++;
    }
    if (end == 0 || end > 3) {
      throw new DataError.StatusSetting().exception();
    }
    return Integer.parseInt(setting, 0, end, 10);
  }

  private static List<Header> headers(String setting) {
    var list = parse(setting);
    if (list == null || !list.isArray()) {
      throw new DataError.HeadersSetting().exception();
    }
    var headers = new ArrayList<Header>();
    for (var item : list.values()) {
      headers.add(header(item));
    }
    return headers;
  }

  private static @Nullable JsonNode parse(String setting) {
    try {
      return Json.parse(setting);
    } catch (ApiException _) {
      return null;
    }
  }

  private static Header header(JsonNode item) {
    if (!item.isObject() || item.size() != 1) {
      throw new DataError.HeadersSetting().exception();
    }
    var entry = item.entries().iterator().next();
    if (!entry.getValue().isString()) {
      throw new DataError.HeadersSetting().exception();
    }
    return new Header(entry.getKey(), entry.getValue().getStringValue());
  }
}
