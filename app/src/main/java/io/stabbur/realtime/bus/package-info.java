/// How the processes that serve one project exchange broadcasts and presence. Start reading at
/// [io.stabbur.realtime.bus.Bus]. Knows nothing of topics: it carries bytes.
@org.jspecify.annotations.NullMarked
package io.stabbur.realtime.bus;
