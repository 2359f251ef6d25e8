package io.stabbur.control.operator;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import jakarta.inject.Singleton;
import java.util.HexFormat;

/// The token of the command on this machine: an owner's, made anew at each start, known to this
/// process and to whoever may read the data folder's `running.properties`.
@Singleton
public final class MachineToken {
  private static final String PREFIX = "sbm_";
  private static final int BYTES = 32;

  private final Secret text = Secret.of(PREFIX + HexFormat.of().formatHex(Crypto.random(BYTES)));

  /// Its text.
  public Secret text() {
    return text;
  }

  boolean is(String token) {
    return Crypto.same(token, text.reveal());
  }
}
