/// The channels of sockets: joining, rights by policies on `realtime.messages`, broadcast, presence
/// and changes of rows. Start reading at [io.stabbur.realtime.channel.Channels], which gets what a
/// client sends. Knows sockets only as [io.stabbur.realtime.channel.Link].
@org.jspecify.annotations.NullMarked
package io.stabbur.realtime.channel;
