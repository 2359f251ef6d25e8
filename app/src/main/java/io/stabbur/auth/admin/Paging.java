package io.stabbur.auth.admin;

import io.micronaut.http.HttpParameters;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.auth.error.AuthError;
import java.util.ArrayList;

/// Which page of a list is asked for, and the headers by which a client finds the next one.
record Paging(int page, int perPage) {
  private static final int MOST = 1000;

  static Paging of(HttpParameters parameters) {
    return new Paging(
        number(parameters.getFirst("page").orElse(""), 1),
        Math.min(MOST, number(parameters.getFirst("per_page").orElse(""), 50)));
  }

  // wire: auth-js reads one digit behind the first "=" of each link, so page stands first
  <T> MutableHttpResponse<T> headers(MutableHttpResponse<T> response, String url, long total) {
    long last = Math.max(1, (total + perPage - 1) / perPage);
    var links = new ArrayList<String>();
    if (page < last) {
      links.add(link(url, page + 1, "next"));
    }
    links.add(link(url, last, "last"));
    return response
        .header("X-Total-Count", String.valueOf(total))
        .header("Link", String.join(", ", links));
  }

  private String link(String url, long to, String relation) {
    return "<" + url + "?page=" + to + "&per_page=" + perPage + ">; rel=\"" + relation + "\"";
  }

  private static int number(String text, int otherwise) {
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!text.matches("[1-9][0-9]{0,6}")) {
      throw AuthError.invalid("Bad Pagination Parameters: " + (text.length() > 20 ? "" : text));
    }
    return Integer.parseInt(text);
  }
}
