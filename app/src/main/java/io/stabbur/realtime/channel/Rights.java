package io.stabbur.realtime.channel;

/// What policies allow on a topic, by extension: to read, or to write.
record Rights(boolean broadcast, boolean presence) {
  static final Rights ALL = new Rights(true, true);
  static final Rights NONE = new Rights(false, false);

  boolean any() {
    return broadcast || presence;
  }
}
