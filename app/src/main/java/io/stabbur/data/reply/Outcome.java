package io.stabbur.data.reply;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the database answered.
///
/// @param total rows there are, if they were counted
/// @param page rows in the body
/// @param headers the setting `response.headers`, JSON
/// @param status the setting `response.status`
/// @param location the key of the one row inserted, as filters
/// @param inserted rows a merging insert added
public record Outcome(
    @Nullable Long total,
    long page,
    Reply.Body body,
    @Nullable String headers,
    @Nullable String status,
    List<String> location,
    @Nullable Long inserted) {

  public Outcome withTotal(@Nullable Long counted) {
    return new Outcome(counted, page, body, headers, status, location, inserted);
  }
}
