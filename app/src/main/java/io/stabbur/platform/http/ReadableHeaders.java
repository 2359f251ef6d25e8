package io.stabbur.platform.http;

/// The headers of one API's answers that scripts of other origins may read, where they are not
/// those of every API.
public interface ReadableHeaders {
  /// The path under which this API lives, such as `/rest/v1`.
  String prefix();

  /// Their names, as in `Access-Control-Expose-Headers`.
  String names();
}
