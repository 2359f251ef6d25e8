package io.stabbur.auth.password;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// bcrypt of the system's own library (libxcrypt's `libcrypt.so.1`, which every Debian has): the
/// same hashes in less time than in the JVM, measured in `docs/decisions/0031-bcrypt.md`. Where it
/// is not there, knows no bcrypt or answers wrongly, callers use the JVM's.
final class SystemBcrypt {
  private static final String LIBRARY = "libcrypt.so.1";

  /// `struct crypt_data`
  private static final int STATE = 32_768;

  private static final int HASH = 31;

  /// A published test vector of bcrypt, whose password is "a".
  private static final String KNOWN =
      "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe";

  /// `char *crypt_rn(const char *phrase, const char *setting, void *data, int size)`
  private static final Optional<MethodHandle> CRYPT = find().filter(SystemBcrypt::isRight);

  private SystemBcrypt() {}

  /// The last 31 characters of the hash of a password, at most 72 bytes, with the cost and salt
  /// that a text of the form `$2a$10$…` begins with; empty where the JVM has to compute it.
  static Optional<String> hash(byte[] password, String setting) {
    return CRYPT.flatMap(crypt -> hash(crypt, password, setting));
  }

  private static Optional<String> hash(MethodHandle crypt, byte[] password, String setting) {
    for (byte each : password) {
      if (each == 0) {
        return Optional.empty(); // it would end there
      }
    }
    try (var arena = Arena.ofConfined()) {
      var phrase = arena.allocate(password.length + 1L); // zeros
      var state = arena.allocate(STATE, 16);
      try {
        MemorySegment.copy(password, 0, phrase, ValueLayout.JAVA_BYTE, 0, password.length);
        // 2b is what 2a and 2y have become: it has none of the faults that those of some libraries
        // keep
        var kind = arena.allocateFrom("$2b" + setting.substring(3), StandardCharsets.US_ASCII);
        var made = (MemorySegment) crypt.invokeExact(phrase, kind, state, STATE);
        if (made.address() == 0) {
          return Optional.empty();
        }
        // it points into the state
        var text = state.getString(made.address() - state.address(), StandardCharsets.US_ASCII);
        return text.startsWith("$2b$")
            ? Optional.of(text.substring(text.length() - HASH))
            : Optional.empty();
      } finally {
        phrase.fill((byte) 0);
        state.fill((byte) 0);
      }
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("restricted") // the function is the system's own, and its types are these
  private static Optional<MethodHandle> find() {
    try {
      var linker = Linker.nativeLinker();
      return SymbolLookup.libraryLookup(LIBRARY, Arena.global())
          .find("crypt_rn")
          .map(
              address ->
                  linker.downcallHandle(
                      address,
                      FunctionDescriptor.of(
                          ValueLayout.ADDRESS,
                          ValueLayout.ADDRESS,
                          ValueLayout.ADDRESS,
                          ValueLayout.ADDRESS,
                          ValueLayout.JAVA_INT)));
    } catch (IllegalArgumentException | IllegalCallerException | UnsupportedOperationException _) {
      return Optional.empty(); // no such library
    }
  }

  /// Whether a function computes what is known; one that fails does not.
  static boolean isRight(MethodHandle crypt) {
    try {
      return hash(crypt, new byte[] {'a'}, KNOWN).filter(KNOWN::endsWith).isPresent();
    } catch (Throwable _) {
      return false;
    }
  }
}
