package io.stabbur.realtime.channel;

import io.stabbur.realtime.room.Frame;
import io.stabbur.realtime.room.Lane;
import io.stabbur.realtime.room.Wire;

/// A socket, as its channels see it. All is called on its lane's thread, except [#lane] and
/// [#wire].
public interface Link {
  Wire wire();

  Lane lane();

  /// Sends a frame after those before it. A reader that is too slow is disconnected.
  void send(Frame frame);

  /// Sends a frame before all that wait: the answer to a heartbeat.
  void sendFirst(Frame frame);

  /// Reads nothing more from the client until [#resume].
  void pause();

  void resume();

  /// Ends the socket.
  ///
  /// @param code of the WebSocket protocol, such as 1013
  void disconnect(int code);
}
