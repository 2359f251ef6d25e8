/// The topics of one project in memory: who is on them, what is sent to them, who is present. Start
/// reading at [io.stabbur.realtime.room.Room]. Knows no sockets and no protocol of clients except
/// how a message is encoded once for all of them.
@org.jspecify.annotations.NullMarked
package io.stabbur.realtime.room;
