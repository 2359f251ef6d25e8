package io.stabbur.attack;

/// Something that must not happen, and the request that made it happen.
///
/// @param number the try, for `-Dattack.only`
/// @param what the rule that was broken, the same for all finds of one kind
/// @param detail what leaked or changed
record Find(
    long number, String surface, Attempt attempt, String what, String detail, Answer answer) {
  /// Finds of one kind are told once.
  String kind() {
    return surface + ", " + attempt.operation() + ": " + what;
  }

  @Override
  public String toString() {
    return """
    --- %s
    try %d by %s (add -Dattack.only=%d to the same seed): %s
    %s
    → %s
    """
        .formatted(kind(), number, attempt.caller(), number, detail, request(), answer);
  }

  /// Tokens are long and good for one run.
  private String request() {
    var text = attempt.request().toString();
    for (var header : attempt.caller().headers()) {
      var value = header.value().replaceFirst("^Bearer ", "");
      text = text.replace(value, '$' + header.name());
    }
    var token = attempt.caller().token();
    return token == null ? text : text.replace(token, "$token");
  }
}
