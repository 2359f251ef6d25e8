/// WebSockets of clients: the upgrade, the frames of both versions of the protocol, and what waits
/// for slow readers. After the handshake a socket is plain Netty, for there may be tens of
/// thousands. Start reading at [io.stabbur.realtime.socket.SocketUpgrade].
@org.jspecify.annotations.NullMarked
package io.stabbur.realtime.socket;
