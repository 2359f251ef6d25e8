package io.stabbur.platform.http.proxy;

import io.micronaut.core.io.buffer.ReadBuffer;
import java.util.OptionalLong;
import org.reactivestreams.Publisher;

/// The body of a response that arrives while the client takes it.
///
/// @param length as the server announced it
record StreamedBody(Publisher<ReadBuffer> pieces, OptionalLong length) {}
