package io.stabbur.platform.http;

import java.io.InputStream;

/// A response body of known length that is read while the client takes it. Whoever writes the
/// response closes it, at its end or when the client goes away.
public record ByteStream(InputStream bytes, long length) {}
