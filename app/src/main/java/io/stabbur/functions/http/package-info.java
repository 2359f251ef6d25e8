/// The HTTP edge of functions: which function a request is for, its token, the exchange with a
/// process, and errors in the words of the original. Start at [Invocations].
@NullMarked
package io.stabbur.functions.http;

import org.jspecify.annotations.NullMarked;
