/// Passes requests on to HTTP/1.1 servers on this machine and their responses back, streaming both
/// ways at once. Start at [LocalServer]. Everything of one exchange runs on the event loop of the
/// client's connection, so no thread waits and no lock is needed.
@NullMarked
package io.stabbur.platform.http.proxy;

import org.jspecify.annotations.NullMarked;
