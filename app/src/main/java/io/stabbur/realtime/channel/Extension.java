package io.stabbur.realtime.channel;

/// What a channel may be used for; policies find it in the column `extension`.
enum Extension {
  BROADCAST("broadcast"),
  PRESENCE("presence");

  private final String sql;

  Extension(String sql) {
    this.sql = sql;
  }

  String sql() {
    return sql;
  }
}
